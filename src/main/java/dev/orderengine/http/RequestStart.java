package dev.orderengine.http;

import dev.orderengine.card.CardNumbers;
import dev.orderengine.telemetry.LogFields;
import dev.orderengine.telemetry.LogLimit;
import dev.orderengine.telemetry.Spans;
import dev.orderengine.telemetry.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first handler of every request: its trace, its id, the headers that every answer has, and its log line. */
final class RequestStart implements Handler<RoutingContext> {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orderengine.http.access");
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final long SLOW_MILLIS = 1_000;
    /** What the answer to an order may take, and so the longest that a trace is of no interest. */
    private static final Duration SLOW = Duration.ofMillis(500);

    private static final int LINES_PER_SECOND = 20;

    private final LogLimit limit = new LogLimit(LINES_PER_SECOND);
    private final SecurityHeaders headers;
    private final Connections connections;
    private final Spans spans;

    RequestStart(SecurityHeaders headers, Connections connections, Spans spans) {
        this.headers = headers;
        this.connections = connections;
        this.spans = spans;
    }

    @Override
    public void handle(RoutingContext context) {
        long start = System.nanoTime();
        Optional<TraceContext> caller = TraceContext.parse(context.request().getHeader("traceparent"));
        TraceContext trace = spans.ofRequest(caller);
        String requestId = context.request().getHeader("X-Request-Id");
        boolean echoed =
                requestId != null && REQUEST_ID.matcher(requestId).matches() && !CardNumbers.appearIn(requestId);
        RequestContext request = RequestContext.attach(context, trace, echoed ? requestId : null, start);
        HttpServerResponse response = context.response();
        response.putHeader("traceparent", trace.traceparent());
        headers.put(response);
        if (echoed) {
            response.putHeader("X-Request-Id", requestId);
        }
        connections.begun(context);
        context.addEndHandler(ended -> {
            log(context, request);
            show(context, request, caller);
        });
        context.next();
    }

    /** Recorded traces, errors and slow requests, of routes of the API: the calls of probes tell nothing. */
    private void show(RoutingContext context, RequestContext request, Optional<TraceContext> caller) {
        int status = context.response().getStatusCode();
        boolean slow = System.nanoTime() - request.startNanos() >= SLOW.toNanos() && !request.isHeld();
        if (request.route() == null || !(request.trace().sampled() || slow || status >= 500)) {
            return;
        }
        String method = context.request().method().name();
        Span span = spans.kept(
                method + " " + request.route(),
                SpanKind.SERVER,
                request.trace(),
                caller.orElse(null),
                request.startNanos());
        if (!span.isRecording()) {
            return;
        }
        span.setAttribute("http.request.method", method)
                .setAttribute("http.route", request.route())
                .setAttribute("url.path", context.request().path())
                .setAttribute("http.response.status_code", status)
                .setAttribute("order_id", OrderIds.of(context))
                .setAttribute("slow", slow);
        if (status >= 500) {
            span.setAttribute("error.type", String.valueOf(status)).setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    /**
     * Errors and slow requests; all others only when the logger is set to DEBUG. Where every request is slow or fails a sample is
     * enough, the metrics count them all.
     */
    private void log(RoutingContext context, RequestContext request) {
        int status = context.response().getStatusCode();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - request.startNanos());
        boolean noteworthy = status >= 500 || (millis >= SLOW_MILLIS && !request.isHeld());
        if (noteworthy) {
            limit.permit()
                    .ifPresent(leftOut -> LOG.warn(
                            "{} {} {} {} ms",
                            context.request().method(),
                            context.request().path(),
                            status,
                            millis,
                            LogFields.field("lines_left_out", leftOut),
                            OrderIds.logged(context),
                            LogFields.trace(request.trace())));
        } else if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "{} {} {} {} ms",
                    context.request().method(),
                    context.request().path(),
                    status,
                    millis,
                    OrderIds.logged(context),
                    LogFields.trace(request.trace()));
        }
    }
}
