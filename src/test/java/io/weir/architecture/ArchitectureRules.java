package io.weir.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.conditions.ArchConditions.notBeAnnotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static com.tngtech.archunit.library.plantuml.rules.PlantUmlArchCondition.Configuration.consideringOnlyDependenciesInDiagram;
import static com.tngtech.archunit.library.plantuml.rules.PlantUmlArchCondition.adhereToPlantUmlDiagram;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Disabled;

/** The rules of the house, each under the name its tests use. Those on product classes and those on test classes are asked separately. */
final class ArchitectureRules {
    private static final String ROOT = "io.weir";
    private static final String[] OPEN_TO_ALL = {ROOT + ".net..", ROOT + ".metrics.."};
    private static final String[] PACKET_PATH = {ROOT + ".packet..", ROOT + ".flow..", ROOT + ".stage.."};
    private static final String[] PACKET_PATH_AND_THREADS = {ROOT + ".packet..", ROOT + ".flow..", ROOT + ".stage..", ROOT + ".pipeline.."};

    private ArchitectureRules() {
    }

    static Map<String, ArchRule> onProduct(Path diagramFile) {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        Diagram diagram = Diagram.read(diagramFile);
        rules.put("arrows", classes().that(resideOutsideOfPackages(OPEN_TO_ALL))
            .should(adhereToPlantUmlDiagram(diagramFile, consideringOnlyDependenciesInDiagram()))
            .because("docs/architecture.puml is the one place where an arrow between packages is decided"));
        rules.put("every package drawn", classes().should().resideInAnyPackage(diagram.packagePatterns(OPEN_TO_ALL))
            .because("a package that is not in docs/architecture.puml would be under no rule"));
        rules.put("leaves", noClasses().that().resideInAnyPackage(OPEN_TO_ALL)
            .should().dependOnClassesThat(resideInAPackage(ROOT + "..").and(resideOutsideOfPackages(OPEN_TO_ALL)))
            .because("net and metrics are open to all, so whatever they used would be everybody's"));
        rules.put("cycles", slices().matching(ROOT + ".(**)").should().beFreeOfCycles()
            .because("two packages that need each other are one package, read twice"));
        fences(rules);
        packetPath(rules);
        names(rules);
        behaviour(rules);
        return rules;
    }

    private static void fences(Map<String, ArchRule> rules) {
        rules.put("JNA", fence("a native call can end the process: only a platform's package makes one", "com.sun.jna..", ".linux..", ".windows.."));
        rules.put("Disruptor", fence("threading is wiring: stages are plain objects and know no ring", "com.lmax..", ".pipeline.."));
        rules.put("TOML4J", fence("the file format stays replaceable", "com.moandjiezana..", ".config.."));
        rules.put("Picocli", fence("commands parse, call and print; nothing below knows a command line", "picocli..", ".cli.."));
        rules.put("Netty", fence("the relay owns sockets and nothing else does", "io.netty..", ".relay..", ".upstream.."));
        rules.put("HdrHistogram", fence("histograms are read through metrics", "org.HdrHistogram..", ".metrics.."));
        rules.put("Logback", fence("which logger runs is decided where main is", "ch.qos.logback..", ".cli.."));
        rules.put("loggers", fence("the others return reasons; who calls them decides what is worth a line", "org.slf4j..",
            ".relay..", ".upstream..", ".app..", ".cli..", ".linux..", ".windows..", ".pipeline.."));
    }

    private static ArchRule fence(String why, String library, String... packages) {
        String[] allowed = new String[packages.length];
        for (int i = 0; i < packages.length; i++) {
            allowed[i] = ROOT + packages[i];
        }
        return noClasses().that(resideOutsideOfPackages(allowed)).should().dependOnClassesThat().resideInAPackage(library).because(why);
    }

    private static void packetPath(Map<String, ArchRule> rules) {
        rules.put("no streams", noClasses().that(resideInAnyPackage(PACKET_PATH_AND_THREADS))
            .should().dependOnClassesThat().resideInAnyPackage("java.util.stream..", "java.util.regex..")
            .because("streams and patterns allocate, and these packages run for every packet"));
        rules.put("no format", noClasses().that(resideInAnyPackage(PACKET_PATH_AND_THREADS))
            .should().callMethodWhere(DescribedPredicate.describe("a format is parsed", call -> call.getTargetOwner().isEquivalentTo(String.class)
                && call.getName().startsWith("format")))
            .because("String.format parses its pattern anew each time"));
        rules.put("no resolver", noClasses().that(resideInAnyPackage(PACKET_PATH_AND_THREADS))
            .should().dependOnClassesThat().haveFullyQualifiedName("java.net.InetAddress")
            .because("InetAddress may ask a name server and wait for it"));
        rules.put("no clock", noClasses().that(resideInAnyPackage(PACKET_PATH))
            .should().callMethod(System.class, "nanoTime").orShould().callMethod(System.class, "currentTimeMillis")
            .because("time is read once per batch and passed down, so that a recorded run replays to the same result"));
        rules.put("no sleep", noClasses().that(resideInAnyPackage(PACKET_PATH))
            .should().callMethod(Thread.class, "sleep", long.class)
            .because("a stage that waits holds every packet behind it"));
        rules.put("no Optional", noClasses().that(resideInAnyPackage(PACKET_PATH))
            .should().dependOnClassesThat().haveFullyQualifiedName("java.util.Optional")
            .because("it allocates to say that something is not there"));
    }

    private static void names(Map<String, ArchRule> rules) {
        rules.put("empty root", noClasses().should().resideInAPackage(ROOT)
            .because("a root that is both core and front door is how package cycles begin"));
        rules.put("no drawer for everything", noClasses().should().resideInAnyPackage("..util..", "..common..", "..helper..", "..misc..")
            .because("such a package says nothing and collects everything"));
        rules.put("class is a noun", noClasses().should().haveSimpleNameEndingWith("Utils").orShould().haveSimpleNameEndingWith("Util")
            .orShould().haveSimpleNameEndingWith("Helper").orShould().haveSimpleNameEndingWith("Manager")
            .because("a class is one thing of the domain and carries its name"));
        rules.put("settings are records", classes().that().haveSimpleNameEndingWith("Settings").should().beRecords()
            .because("settings are frozen once they have been checked"));
        rules.put("rules never change", fields().that().areDeclaredInClassesThat().resideInAPackage(ROOT + ".rules..")
            .and().areNotStatic().should().beFinal().orShould().bePrivate()
            .because("a rule set is swapped whole, by one write; nobody changes a rule from outside"));
    }

    private static void behaviour(Map<String, ArchRule> rules) {
        rules.put("stdout", noClasses().that().resideOutsideOfPackage(ROOT + ".cli..").should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
            .because("stdout is the answer to a command; the rest of the program has a log"));
        rules.put("exit", noClasses().that().resideOutsideOfPackage(ROOT + ".cli..").should().callMethod(System.class, "exit", int.class)
            .because("only main knows what must be put back before the process ends"));
        rules.put("generic exceptions", GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS
            .because("who catches must be able to tell what happened"));
    }

    static Map<String, ArchRule> onTests() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put("tests do not sleep", noClasses().that().resideOutsideOfPackage(ROOT + ".e2e..")
            .should().callMethod(Thread.class, "sleep", long.class)
            .because("a test that sleeps is slow on a good day and wrong on a bad one; wait for the event"));
        rules.put("no disabled class", classes().should(notBeAnnotatedWith(Disabled.class))
            .because("a test that does not run proves nothing").allowEmptyShould(true));
        rules.put("no disabled method", methods().that().areDeclaredInClassesThat().areNotAssignableTo(java.lang.annotation.Annotation.class)
            .and().doNotHaveModifier(JavaModifier.SYNTHETIC).should().notBeAnnotatedWith(Disabled.class)
            .because("a test that does not run proves nothing").allowEmptyShould(true));
        return rules;
    }
}
