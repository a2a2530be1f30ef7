package dev.orderengine.http;

import dev.orderengine.telemetry.TraceContext;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/** What accompanies one request from its first handler to its log line. Confined to the request's event loop. */
final class RequestContext {

    private static final String KEY = "request";

    private final TraceContext trace;
    private final String requestId;
    private final long startNanos;
    private Caller caller;
    private boolean held;
    private String route;
    private UUID orderId;

    private RequestContext(TraceContext trace, String requestId, long startNanos) {
        this.trace = trace;
        this.requestId = requestId;
        this.startNanos = startNanos;
    }

    /** Attaches a new one to the request. */
    static RequestContext attach(RoutingContext context, TraceContext trace, String requestId, long startNanos) {
        RequestContext request = new RequestContext(trace, requestId, startNanos);
        context.put(KEY, request);
        return request;
    }

    static RequestContext of(RoutingContext context) {
        return context.get(KEY);
    }

    TraceContext trace() {
        return trace;
    }

    /** The caller's X-Request-Id; null if there is none. */
    String requestId() {
        return requestId;
    }

    long startNanos() {
        return startNanos;
    }

    /** Who calls; null before authentication. */
    Caller caller() {
        return caller;
    }

    void caller(Caller authenticated) {
        this.caller = authenticated;
    }

    /** The path with its parameters' names; null if there is no such route. */
    String route() {
        return route;
    }

    void route(String found) {
        route = found;
    }

    /** The order that the request is about, where its path does not name it; null as long as that is not known. */
    UUID orderId() {
        return orderId;
    }

    void orderId(UUID found) {
        orderId = found;
    }

    /** Says that the answer is kept open on purpose. */
    void held() {
        held = true;
    }

    /** Whether the time that the answer took says nothing about the engine. */
    boolean isHeld() {
        return held;
    }
}
