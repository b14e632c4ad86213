package io.weir.e2e;

import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one lab of this run, and after each test asks the watcher. */
final class LabExtension implements ExecutionCondition, ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(LabExtension.class);
    private static final List<String> NEEDED = List.of("ip", "iptables", "ip6tables", "conntrack", "curl", "nginx", "microsocks", "danted", "tinyproxy",
        "iperf3", "openssl", "ss", "nstat");

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
        return missing.isEmpty() ? ConditionEvaluationResult.enabled("root, and every program is here")
            : ConditionEvaluationResult.disabled(String.join(", ", missing) + " missing; tools/test installs what is needed.");
    }

    private static Lab lab(ExtensionContext context) {
        return context.getRoot().getStore(OURS).getOrComputeIfAbsent("lab", key -> new Lab(), Lab.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Lab.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return lab(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        String test = context.getRequiredTestClass().getSimpleName() + "." + context.getRequiredTestMethod().getName() + "-" + context.getDisplayName();
        lab(context).watcher().afterTest(test, context.getExecutionException().isPresent());
    }
}
