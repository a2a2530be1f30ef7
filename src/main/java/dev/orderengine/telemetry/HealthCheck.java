package dev.orderengine.telemetry;

import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * A dependency that readiness asks for.
 *
 * @param id its name in reports and metrics
 * @param required whether the engine is of no use without it; the lack of another only degrades
 * @param probe a cheap question; a failed future means that the dependency is away. Called on the context of whoever asks
 *     for readiness, at most about once a second; an answer that takes too long counts as none
 */
public record HealthCheck(String id, boolean required, Supplier<? extends Future<?>> probe) {}
