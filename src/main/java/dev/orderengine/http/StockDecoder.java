package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.inventory.StockChange;
import dev.orderengine.order.Fault;
import java.util.Optional;
import java.util.Set;

/** Reads a change of stock from JSON, and names every fault. Pure. */
final class StockDecoder {

    private static final Set<String> FIELDS = Set.of("on_hand", "adjust");

    private StockDecoder() {}

    static Decoded<StockChange> decode(JsonNode body) {
        return Decoded.of(body, FIELDS, StockDecoder::change);
    }

    private static StockChange change(JsonFields fields) {
        if (fields.node("on_hand").isPresent() == fields.node("adjust").isPresent()) {
            fields.faults().add(new Fault("", "one_of", "must have either on_hand or adjust"));
        }
        Optional<StockChange> counted =
                fields.integer("on_hand", 0, Integer.MAX_VALUE).map(StockChange.Count::new);
        Optional<StockChange> adjusted =
                fields.integer("adjust", -Integer.MAX_VALUE, Integer.MAX_VALUE).map(StockChange.Adjust::new);
        return counted.or(() -> adjusted).orElse(null);
    }
}
