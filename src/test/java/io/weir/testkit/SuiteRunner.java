package io.weir.testkit;

import static org.junit.platform.engine.discovery.ClassNameFilter.excludeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.EngineFilter.includeEngines;
import static org.junit.platform.launcher.TagFilter.excludeTags;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the tests of this class path in a JVM that no Maven started: one on Windows. What it reports looks like Maven's own reports, each suite's
 * name with a prefix in front, so that the same class can be reported by both.
 *
 * <p>Arguments: folder for the reports, prefix, pattern of class names to leave out, tags to leave out separated by commas, package or class to run.
 * Exit code 0 when nothing failed and something ran, else 1.
 */
public final class SuiteRunner {
    private SuiteRunner() {
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
            .selectors(arguments[4].matches(".*\\.[A-Z]\\w*") ? selectClass(arguments[4]) : selectPackage(arguments[4]))
            .filters(includeEngines("junit-jupiter"), excludeClassNamePatterns(arguments[2]), excludeTags(arguments[3].split(",")))
            .build();
        Launcher launcher = LauncherFactory.create();
        SuiteReports reports = new SuiteReports(folder, arguments[1]);
        launcher.execute(request, reports);
        // threads a test left behind must not keep the program
        System.exit(reports.isGood() ? 0 : 1);
    }
}
