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

    /** The order that a path is about, for a log line: {@code order_id}, or nothing if it names none. */
    static StructuredArgument logged(String path) {
        Matcher order = OF_AN_ORDER.matcher(path);
        return LogFields.ifKnown("order_id", order.lookingAt() ? order.group(1) : null);
    }
}
