package io.weir.e2e.wine;

import io.weir.e2e.Shell;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one bed of this run, and after each test asks the lab's watcher. */
final class WineLabExtension implements ExecutionCondition, ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(WineLabExtension.class);
    private static final List<String> NEEDED = List.of("ip", "iptables", "conntrack", "curl", "nginx", "microsocks", "danted", "tinyproxy", "iperf3");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        ConditionEvaluationResult result = context.getRoot().getStore(OURS)
            .getOrComputeIfAbsent("condition", key -> condition(), ConditionEvaluationResult.class);
        if (result.isDisabled() && context.getTestMethod().isEmpty() && context.getTestClass().isPresent()) {
            System.out.println("Skipped: " + context.getRequiredTestClass().getSimpleName() + ": " + result.getReason().orElseThrow());
        }
        return result;
    }

    private static ConditionEvaluationResult condition() {
        if (!Shell.isRoot()) {
            return ConditionEvaluationResult.disabled("only root may make network namespaces; run tools/test as root.");
        }
        List<String> missing = NEEDED.stream().filter(program -> !Shell.has(program)).toList();
        if (!missing.isEmpty()) {
            return ConditionEvaluationResult.disabled(String.join(", ", missing) + " missing; tools/test installs what is needed.");
        }
        return Bed.isSetUp() ? ConditionEvaluationResult.enabled("root, and the bed is set up")
            : ConditionEvaluationResult.disabled("the Wine bed is not set up; tools/wine/setup does it, where the Python package index can be reached.");
    }

    private static WineLab lab(ExtensionContext context) {
        return context.getRoot().getStore(OURS).getOrComputeIfAbsent("lab", key -> new WineLab(), WineLab.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == WineLab.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return lab(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        String test = context.getRequiredTestClass().getSimpleName() + "." + context.getRequiredTestMethod().getName() + "-" + context.getDisplayName();
        lab(context).lab().watcher().afterTest(test, context.getExecutionException().isPresent());
    }
}
