package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.handler.codec.http.QueryStringEncoder;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;

/** Pages of lists: {@code items}, {@code next_cursor}, and the same as a link. */
final class Pages {

    private Pages() {}

    /** Writes the fields of one item. */
    @FunctionalInterface
    interface Item<T> {
        void write(T item, JsonGenerator out) throws IOException;
    }

    /** @param next cursor of the next page; null if this is the last */
    static <T> void answer(RoutingContext context, JsonOut json, List<T> items, String next, Item<T> writer) {
        if (next != null) {
            context.response().putHeader("Link", "<" + nextUri(context.request(), next) + ">; rel=\"next\"");
        }
        Responses.json(context, 200, json.object(out -> {
            items(items, writer, out);
            if (next == null) {
                out.writeNullField("next_cursor");
            } else {
                out.writeStringField("next_cursor", next);
            }
        }));
    }

    static <T> void items(List<T> items, Item<T> writer, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("items");
        for (T item : items) {
            out.writeStartObject();
            writer.write(item, out);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static String nextUri(HttpServerRequest request, String next) {
        QueryStringEncoder uri = new QueryStringEncoder(request.path());
        request.params().forEach((name, value) -> {
            if (!name.equals("cursor")) {
                uri.addParam(name, value);
            }
        });
        uri.addParam("cursor", next);
        return uri.toString();
    }
}
