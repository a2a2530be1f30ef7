/**
 * Logs, metrics, traces and health. Knows no domain.
 *
 * <p>How a trace id gets into a log line: as a structured argument, {@code log.warn("Not placed", LogFields.trace(trace),
 * LogFields.order(id))}. An event loop serves many requests in turn, so that a thread's MDC would lie; the MDC is written too
 * where code on worker threads sets it.
 */
package dev.orderengine.telemetry;
