package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.order.Fault;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/** Reads the orders of a batch, from a JSON array or from lines of JSON, each for itself: one that is broken harms no other. */
final class BatchDecoder {

    private static final int MAX_ORDERS = 500;

    private final RequestBody bodies;

    BatchDecoder(RequestBody bodies) {
        this.bodies = bodies;
    }

    /**
     * The orders of a JSON array.
     *
     * @throws ProblemException when it is none, or has too many
     */
    List<BatchEntry> array(Buffer body) {
        JsonNode orders = bodies.parse(body);
        if (!orders.isArray()) {
            throw new ProblemException(
                    Problem.unprocessable(List.of(new Fault("", "wrong_type", "must be an array of orders"))));
        }
        checkNumber(orders.size());
        return StreamSupport.stream(orders.spliterator(), false)
                .map(order -> entry(() -> order))
                .toList();
    }

    /**
     * The orders of a text that has one a line; empty lines are left out.
     *
     * @throws ProblemException when it has none or too many
     */
    List<BatchEntry> lines(Buffer body) {
        List<Buffer> lines = body == null ? List.of() : split(body);
        checkNumber(lines.size());
        return lines.stream().map(line -> entry(() -> bodies.parse(line))).toList();
    }

    private static List<Buffer> split(Buffer body) {
        List<Buffer> lines = new ArrayList<>();
        int start = 0;
        for (int at = 0; at <= body.length(); at++) {
            if (at == body.length() || body.getByte(at) == '\n') {
                Buffer line = body.slice(start, at);
                if (!line.toString(StandardCharsets.ISO_8859_1).isBlank()) {
                    lines.add(line);
                }
                start = at + 1;
            }
        }
        return lines;
    }

    private static void checkNumber(int orders) {
        if (orders == 0 || orders > MAX_ORDERS) {
            throw new ProblemException(Problem.unprocessable(
                    List.of(new Fault("", "out_of_range", "must have 1 to " + MAX_ORDERS + " orders"))));
        }
    }

    private static BatchEntry entry(Supplier<JsonNode> json) {
        try {
            JsonNode node = json.get();
            RequestBody.refuseCards(node);
            return entry(node);
        } catch (ProblemException e) {
            return new BatchEntry.Broken(e.problem());
        }
    }

    private static BatchEntry entry(JsonNode node) {
        Decoded<PlaceOrderDecoder.Keyed> decoded = PlaceOrderDecoder.decodeKeyed(node);
        String key = decoded.value() == null ? null : decoded.value().key();
        return decoded.faults().isEmpty()
                ? new BatchEntry.Readable(
                        key, Buffer.buffer(node.toString()), decoded.value().order())
                : new BatchEntry.Faulty(key, decoded.faults());
    }
}
