package dev.orderengine.http;

import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;

/** The ids of customers and products (specification, section 4). */
final class Identifiers {

    static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    private Identifiers() {}

    /**
     * The id in the path.
     *
     * @throws ProblemException 404 when it has not the form of one: there is no such thing
     */
    static String inPath(RoutingContext context) {
        return inPath(context, "id");
    }

    /** The same of a path that has several. */
    static String inPath(RoutingContext context, String name) {
        String id = context.pathParam(name);
        if (!FORM.matcher(id).matches()) {
            throw new ProblemException(Problem.notFound());
        }
        return id;
    }
}
