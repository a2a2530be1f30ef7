package dev.orderengine.http;

import dev.orderengine.telemetry.LogFields;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.logstash.logback.argument.StructuredArgument;

/** The ids of orders and of what belongs to them. */
final class OrderIds {

    private static final Pattern OF_AN_ORDER =
            Pattern.compile(Paths.BASE + "/orders/(\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12})");

    private OrderIds() {}

    /** The id in the path. @throws ProblemException 404 when it is no UUID: then it is no order either */
    static UUID inPath(RoutingContext context) {
        return inPath(context, "id");
    }

    /** The id that the path has under that name. @throws ProblemException 404 when it is no UUID */
    static UUID inPath(RoutingContext context, String name) {
        String id = context.pathParam(name);
        try {
            UUID parsed = UUID.fromString(id);
            if (parsed.toString().equalsIgnoreCase(id)) {
                return parsed;
            }
        } catch (IllegalArgumentException e) {
            // Answered below: the id is not one.
        }
        throw new ProblemException(Problem.notFound());
    }

    /** The order that a request is about: the one that it placed or changed, or that its path names; null if that is none. */
    static String of(RoutingContext context) {
        RequestContext request = RequestContext.of(context);
        return request == null || request.orderId() == null
                ? ofPath(context.request().path())
                : request.orderId().toString();
    }

    /** The order that a path names; null if it names none. */
    static String ofPath(String path) {
        Matcher order = OF_AN_ORDER.matcher(path);
        return order.lookingAt() ? order.group(1) : null;
    }

    /** The same for a log line: {@code order_id}, or nothing. */
    static StructuredArgument logged(RoutingContext context) {
        return LogFields.ifKnown("order_id", of(context));
    }
}
