package dev.orderengine.support;

import dev.orderengine.dev.ContainerServices;
import dev.orderengine.dev.EmbeddedServices;
import dev.orderengine.dev.Services;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the {@link Services} as a parameter: one set per test JVM, started when first asked for and closed at the
 * end of the run. The system property {@code services} says which: {@code embedded} (default), or {@code containers},
 * with which the tests are skipped where there is no Docker.
 */
public final class SharedServices implements ParameterResolver, ExecutionCondition {

    private static final Duration POLL = Duration.ofMillis(25);
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedServices.class);

    /** Which servers to run on. */
    private enum Kind {
        EMBEDDED,
        CONTAINERS;

        static Kind chosen() {
            return switch (System.getProperty("services", "embedded")) {
                case "embedded" -> EMBEDDED;
                case "containers" -> CONTAINERS;
                default ->
                    throw new IllegalArgumentException(
                            "-Dservices takes embedded or containers, not " + System.getProperty("services"));
            };
        }

        Services start() {
            return this == EMBEDDED ? EmbeddedServices.start() : ContainerServices.start();
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return Kind.chosen() == Kind.CONTAINERS && !ContainerServices.possible()
                ? ConditionEvaluationResult.disabled("-Dservices=containers needs Docker, and there is none here")
                : ConditionEvaluationResult.enabled("servers: " + Kind.chosen());
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Services.class;
    }

    @Override
    public Services resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // Awaitility looks after a tenth of a second for the first time, which is long when hundreds of conditions are
        // waited for.
        Awaitility.setDefaultPollInterval(POLL);
        return context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
                .computeIfAbsent(Kind.class, key -> Kind.chosen().start(), Services.class);
    }
}
