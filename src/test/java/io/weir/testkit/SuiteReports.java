package io.weir.testkit;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** One {@code TEST-….xml} for each class, written when the class is done, and one line for each on stdout as Maven prints it. */
final class SuiteReports implements TestExecutionListener {
    /** What became of one test; {@code problem} is empty when it passed. */
    private record Case(String name, double seconds, String kind, String problem) {
    }

    private final Path folder;
    private final String prefix;
    private final Map<String, List<Case>> cases = new ConcurrentHashMap<>();
    private final Map<String, Long> startedNs = new ConcurrentHashMap<>();
    private TestPlan plan;
    private int passed;
    private int failed;

    SuiteReports(Path folder, String prefix) {
        this.folder = folder;
        this.prefix = prefix;
    }

    boolean isGood() {
        return failed == 0 && passed > 0;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        startedNs.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        add(test, new Case(name(test), 0, "skipped", reason));
        if (isTopClass(test)) {
            write(className(test), 0);
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        double seconds = (System.nanoTime() - startedNs.getOrDefault(test.getUniqueId(), System.nanoTime())) / 1e9;
        boolean failure = result.getStatus() == TestExecutionResult.Status.FAILED;
        if (test.isTest() || failure) {
            String kind = failure ? "failure" : result.getStatus() == TestExecutionResult.Status.ABORTED ? "skipped" : "";
            add(test, new Case(name(test), seconds, kind, kind.isEmpty() ? "" : result.getThrowable().map(SuiteReports::stack).orElse("no reason given")));
        }
        if (isTopClass(test)) {
            write(className(test), seconds);
        }
    }

    private void add(TestIdentifier test, Case one) {
        cases.computeIfAbsent(className(test), name -> new ArrayList<>()).add(one);
    }

    private boolean isTopClass(TestIdentifier test) {
        return test.getSource().filter(ClassSource.class::isInstance).isPresent() && !className(test).contains("$")
            && plan.getParent(test).flatMap(TestIdentifier::getSource).isEmpty();
    }

    /** The outermost class a test belongs to. */
    private String className(TestIdentifier test) {
        for (Optional<TestIdentifier> at = Optional.of(test); at.isPresent(); at = plan.getParent(at.get())) {
            Optional<String> name = at.get().getSource().map(source -> source instanceof ClassSource owner ? owner.getClassName()
                : source instanceof MethodSource method ? method.getClassName() : null);
            if (name.isPresent()) {
                return name.get().replaceAll("\\$.*", "");
            }
        }
        return "io.weir.Unknown";
    }

    private static String name(TestIdentifier test) {
        return test.getSource().filter(MethodSource.class::isInstance).map(source -> ((MethodSource) source).getMethodName() + " ").orElse("") + test.getDisplayName();
    }

    private static String stack(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private synchronized void write(String className, double seconds) {
        List<Case> all = cases.remove(className);
        if (all == null) {
            return;
        }
        int bad = (int) all.stream().filter(one -> one.kind().equals("failure")).count();
        int off = (int) all.stream().filter(one -> one.kind().equals("skipped")).count();
        failed += bad;
        passed += all.size() - bad - off;
        String name = prefix + className;
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append(String.format(Locale.ROOT, "<testsuite name=\"%s\" time=\"%.3f\" tests=\"%d\" errors=\"0\" skipped=\"%d\" failures=\"%d\">%n",
            name, seconds, all.size(), off, bad));
        for (Case one : all) {
            xml.append(String.format(Locale.ROOT, "  <testcase name=\"%s\" classname=\"%s\" time=\"%.3f\"", escape(one.name()), name, one.seconds()));
            xml.append(one.kind().isEmpty() ? "/>\n" : ">\n    <" + one.kind() + ">" + escape(one.problem()) + "</" + one.kind() + ">\n  </testcase>\n");
        }
        try {
            Files.writeString(folder.resolve("TEST-" + name + ".xml"), xml.append("</testsuite>\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.printf(Locale.ROOT, "Tests run: %d, Failures: %d, Errors: 0, Skipped: %d, Time elapsed: %.3f s%s -- in %s%n", all.size(), bad, off, seconds,
            bad > 0 ? " <<< FAILURE!" : "", name);
        all.stream().filter(one -> one.kind().equals("failure")).forEach(one -> System.out.println("[ERROR] " + name + " " + one.name() + "\n" + one.problem()));
    }

    /** Control characters have no place in XML at all, escaped or not. */
    private static String escape(String text) {
        return text.replace("\r\n", "\n").replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "?").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
