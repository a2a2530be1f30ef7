package dev.orderengine.http;

import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/** The ids of orders and of what belongs to them. */
final class OrderIds {

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
}
