package io.weir.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every rule holds for the code, and every rule is shown to catch a planted class that breaks it. */
class ArchitectureTest {
    private static final Path DIAGRAM = Path.of("docs/architecture.puml");
    private static final Map<String, ArchRule> ON_PRODUCT = ArchitectureRules.onProduct(DIAGRAM);
    private static final Map<String, ArchRule> ON_TESTS = ArchitectureRules.onTests();

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> shouldHoldForTheProduct() {
        JavaClasses product = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.weir");
        return ON_PRODUCT.entrySet().stream()
            .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().allowEmptyShould(true).check(product)));
    }

    @TestFactory
    Stream<DynamicTest> shouldHoldForTheTests() {
        JavaClasses tests = new ClassFileImporter().withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS).importPackages("io.weir");
        return ON_TESTS.entrySet().stream().map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(tests)));
    }

    @TestFactory
    Stream<DynamicTest> shouldCatchAnOffenderWhenOneIsPlanted() throws IOException {
        Map<String, ArchRule> all = new LinkedHashMap<>(ON_PRODUCT);
        all.putAll(ON_TESTS);
        JavaClasses planted = PlantedClass.compile(folder, Offenders.sources());
        return Offenders.BY_RULE.keySet().stream().map(rule -> DynamicTest.dynamicTest(rule, () -> {
            JavaClasses offenders = planted.that(simpleNameStartingWith(Offenders.markOf(rule)));
            assertTrue(all.get(rule).allowEmptyShould(true).evaluate(offenders).hasViolation(), "the rule did not notice " + offenders);
        }));
    }

    @Test
    void shouldHaveAnOffenderForEveryRule() {
        Set<String> rules = new TreeSet<>(ON_PRODUCT.keySet());
        rules.addAll(ON_TESTS.keySet());
        assertEquals(rules, new TreeSet<>(Offenders.BY_RULE.keySet()));
    }

    @Test
    void shouldAcceptAClassWhenItKeepsEveryRule() throws IOException {
        JavaClasses classes = PlantedClass.compile(folder, """
            package io.weir.flow;
            final class Quiet { private final io.weir.net.Protocol protocol = null; }
            """);
        for (Map.Entry<String, ArchRule> rule : ON_PRODUCT.entrySet()) {
            assertFalse(rule.getValue().allowEmptyShould(true).evaluate(classes).hasViolation(), rule.getKey());
        }
    }
}
