package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.batch.Overloaded;
import dev.orderengine.database.SqlStates;
import dev.orderengine.order.Fault;
import dev.orderengine.redis.RedisUnavailableException;
import dev.orderengine.telemetry.LogFields;
import dev.orderengine.telemetry.LogLimit;
import dev.orderengine.telemetry.TraceContext;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.VertxException;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.sqlclient.DatabaseException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where failures become answers: RFC 9457 problem documents. */
final class Problems implements Handler<RoutingContext> {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final CharSequence MEDIA_TYPE = HttpHeaders.createOptimized("application/problem+json");
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final int LINES_PER_SECOND = 5;

    private final LogLimit limit = new LogLimit(LINES_PER_SECOND);
    private final JsonOut json;
    private final SecurityHeaders headers;

    Problems(JsonOut json, SecurityHeaders headers) {
        this.json = json;
        this.headers = headers;
    }

    @Override
    public void handle(RoutingContext context) {
        Problem problem = context.failure() == null ? ofStatus(context.statusCode()) : of(context, context.failure());
        answer(context, problem, out -> out.writeNumberField("status", problem.status()));
    }

    /**
     * Answers with a problem.
     *
     * @param members writes {@code status}, and what else the document carries
     */
    void answer(RoutingContext context, Problem problem, JsonOut.Fields members) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        if (context.response().headWritten()) {
            context.response().reset();
            return;
        }
        if (problem.retryAfter() != null) {
            context.response()
                    .putHeader(
                            HttpHeaders.RETRY_AFTER,
                            String.valueOf(problem.retryAfter().toSeconds()));
        }
        if (problem.status() == 401) {
            context.response().putHeader("WWW-Authenticate", "Bearer");
        }
        RequestContext request = RequestContext.of(context);
        end(context.response(), problem, members, request == null ? null : request.trace());
    }

    /** Answers what is not HTTP, or more of it than is read; no route sees it, and the connection is of no use after it. */
    void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = cause instanceof TooLongHttpLineException
                ? 414
                : cause instanceof TooLongHttpHeaderException ? 431 : 400;
        headers.put(request.response());
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        end(request.response(), ofStatus(status), out -> out.writeNumberField("status", status), null);
        request.connection().close();
    }

    private void end(HttpServerResponse response, Problem problem, JsonOut.Fields members, TraceContext trace) {
        response.setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .end(json.object(out -> document(problem, members, trace, out)));
    }

    /**
     * The fields of a problem document.
     *
     * @param members writes {@code status}, and what else the document carries
     * @param trace null if the request has none
     */
    static void document(Problem problem, JsonOut.Fields members, TraceContext trace, JsonGenerator out)
            throws IOException {
        out.writeStringField("type", "urn:order-engine:problem:" + problem.code());
        out.writeStringField("title", problem.title());
        members.write(out);
        out.writeStringField("detail", problem.detail());
        out.writeStringField("code", problem.code());
        if (trace != null) {
            out.writeStringField("trace_id", trace.traceId());
        }
        if (!problem.errors().isEmpty()) {
            errors(problem.errors(), out);
        }
    }

    /** The machine's form of faults. */
    static void errors(List<Fault> faults, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("errors");
        for (Fault fault : faults) {
            out.writeStartObject();
            out.writeStringField("pointer", fault.pointer());
            out.writeStringField("code", fault.code());
            out.writeStringField("message", fault.message());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** What a failure means to the caller; one that is no fault of his is logged. */
    Problem of(RoutingContext context, Throwable failure) {
        if (failure instanceof ProblemException known) {
            return known.problem();
        }
        if (failure instanceof HttpException refused) {
            return ofStatus(refused.getStatusCode());
        }
        if (context.statusCode() == 403) {
            return ofStatus(403);
        }
        if (failure instanceof Overloaded) {
            return Problem.unavailable("overloaded", failure.getMessage() + ".", SOON);
        }
        if (isUnavailable(failure)) {
            log(context, failure, "a dependency is away");
            return Problem.unavailable(
                    "dependency_unavailable", "Something that the engine needs does not answer.", SOON);
        }
        log(context, failure, "a request failed");
        return Problem.internal();
    }

    private static boolean isUnavailable(Throwable failure) {
        if (failure instanceof DatabaseException) {
            return SqlStates.isUnavailable(failure);
        }
        return failure instanceof RedisUnavailableException
                || failure instanceof ReplyException
                || failure instanceof TimeoutException
                || failure instanceof VertxException
                || failure instanceof IOException;
    }

    private void log(RoutingContext context, Throwable failure, String what) {
        RequestContext request = RequestContext.of(context);
        limit.permit()
                .ifPresent(leftOut -> LOG.error(
                        "{}: {} {}",
                        what,
                        context.request().method(),
                        context.request().path(),
                        LogFields.field("lines_left_out", leftOut),
                        OrderIds.logged(context),
                        LogFields.field(
                                "trace_id",
                                request == null ? null : request.trace().traceId()),
                        failure));
    }

    private static Problem ofStatus(int status) {
        return switch (status) {
            case 400 ->
                Problem.of(
                        400, "bad_request", "The request is not understood", "It is not valid HTTP for this resource.");
            case 404 -> Problem.notFound();
            case 405 ->
                Problem.of(405, "method_not_allowed", "The resource has no such method", "See the header Allow.");
            case 406 ->
                Problem.of(
                        406,
                        "not_acceptable",
                        "The resource has no such form",
                        "Things are available as application/json, streams as text/event-stream.");
            case 403 ->
                Problem.of(403, "origin_not_allowed", "Pages of this origin may not call", "See the header Origin.");
            case 408 ->
                Problem.of(
                        408, "request_timeout", "The request took too long to come", "Its body was not there in time.");
            case 413 ->
                Problem.of(
                        413,
                        "body_too_large",
                        "The body is too large",
                        "At most 256 KiB are taken, 4 MiB for a batch of orders.");
            case 415 ->
                Problem.of(
                        415,
                        "unsupported_media_type",
                        "The body's type is not taken",
                        "Send application/json, for a batch of orders also application/x-ndjson, in UTF-8, not compressed.");
            case 414 -> Problem.of(414, "uri_too_long", "The URI is too long", "At most 8 KiB are taken.");
            case 431 -> Problem.of(431, "headers_too_large", "The headers are too large", "At most 16 KiB are taken.");
            default -> Problem.internal();
        };
    }
}
