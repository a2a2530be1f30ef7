package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.inventory.StockChange;
import dev.orderengine.order.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a change of stock from JSON, and names every fault. Pure. */
final class StockDecoder {

    private static final Set<String> FIELDS = Set.of("on_hand", "adjust");

    private StockDecoder() {}

    /** What was decoded: the change if there are no faults. */
    record Decoded(StockChange change, List<Fault> faults) {}

    static Decoded decode(JsonNode body) {
        List<Fault> faults = new ArrayList<>();
        StockChange change = JsonFields.of(body, "", FIELDS, faults)
                .map(StockDecoder::change)
                .orElse(null);
        return new Decoded(change, faults);
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
