package dev.orderengine.http;

import com.google.common.hash.Hashing;
import dev.orderengine.database.AnsweredKeys.Answer;
import dev.orderengine.database.Written;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Base64;
import java.util.function.Function;

/** The shapes of answers. */
final class Responses {

    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private Responses() {}

    static void json(RoutingContext context, int status, Buffer body) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .end(body);
    }

    /** Answers with what a request was answered, now or before. */
    static void answer(RoutingContext context, Answer answer) {
        json(context, answer.status(), Buffer.buffer(answer.body()));
    }

    /** Answers with a versioned thing, or with 304 if the caller has that version. */
    static void versioned(RoutingContext context, String version, Buffer body) {
        String etag = etag(version);
        HttpServerResponse response = context.response().putHeader(HttpHeaders.ETAG, etag);
        if (matches(context.request().getHeader(HttpHeaders.IF_NONE_MATCH), etag)) {
            response.setStatusCode(304).end();
        } else {
            json(context, 200, body);
        }
    }

    /**
     * Answers a write with the thing as it is now: 201 if it is new, else 200; or 412.
     *
     * @param location of the thing, below the base path
     */
    static <T> void written(
            RoutingContext context,
            Written<T> written,
            String location,
            Function<T, String> version,
            Function<T, Buffer> body) {
        if (written.outcome() == Written.Outcome.NOT_AS_EXPECTED) {
            context.fail(new ProblemException(Preconditions.failed()));
            return;
        }
        boolean created = written.outcome() == Written.Outcome.CREATED;
        if (created) {
            context.response().putHeader(HttpHeaders.LOCATION, Paths.BASE + location);
        }
        context.response().putHeader(HttpHeaders.ETAG, etag(version.apply(written.thing())));
        json(context, created ? 201 : 200, body.apply(written.thing()));
    }

    /** A version for what has none: it stands for what the answer says. */
    static String versionOf(Buffer body) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Hashing.sha256().hashBytes(body.getBytes()).asBytes());
    }

    static String etag(String version) {
        return '"' + version + '"';
    }

    /** Whether a header that lists entity tags names this one; weak ones count, as RFC 9110 has it for If-None-Match. */
    static boolean matches(String header, String etag) {
        if (header == null) {
            return false;
        }
        for (String part : header.split(",")) {
            String tag = part.trim();
            if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }
}
