package io.weir.e2e;

import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one laboratory of its kind of this run, if this machine can have it, and after each test asks the watcher. */
public abstract class SharedLab<L extends AutoCloseable> implements ExecutionCondition, ParameterResolver, AfterEachCallback {
    private static final List<String> NEEDED = List.of("ip", "iptables", "ip6tables", "conntrack", "curl", "nginx", "microsocks", "danted", "tinyproxy",
        "iperf3", "openssl", "ss", "nstat");

    private final ExtensionContext.Namespace ours = ExtensionContext.Namespace.create(getClass());
    private final Class<L> type;

    protected SharedLab(Class<L> type) {
        this.type = type;
    }

    /** Why there can be none, programs and rights apart; null when there can. */
    protected abstract String obstacle();

    protected abstract L open();

    protected abstract Watcher watcher(L lab);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        ConditionEvaluationResult result = context.getRoot().getStore(ours)
            .getOrComputeIfAbsent("condition", key -> condition(), ConditionEvaluationResult.class);
        if (result.isDisabled() && context.getTestMethod().isEmpty() && context.getTestClass().isPresent()) {
            System.out.println("Skipped: " + context.getRequiredTestClass().getSimpleName() + ": " + result.getReason().orElseThrow());
        }
        return result;
    }

    private ConditionEvaluationResult condition() {
        if (!Shell.isRoot()) {
            return ConditionEvaluationResult.disabled("only root may make network namespaces; run tools/test as root.");
        }
        List<String> missing = NEEDED.stream().filter(program -> !Shell.has(program)).toList();
        if (!missing.isEmpty()) {
            return ConditionEvaluationResult.disabled(String.join(", ", missing) + " missing; tools/test installs what is needed.");
        }
        String obstacle = obstacle();
        return obstacle == null ? ConditionEvaluationResult.enabled("root, and everything is here") : ConditionEvaluationResult.disabled(obstacle);
    }

    private L lab(ExtensionContext context) {
        return context.getRoot().getStore(ours).getOrComputeIfAbsent("lab", key -> open(), type);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == type;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return lab(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        String test = context.getRequiredTestClass().getSimpleName() + "." + context.getRequiredTestMethod().getName() + "-" + context.getDisplayName();
        watcher(lab(context)).afterTest(test, context.getExecutionException().isPresent());
    }
}
