package dev.orderengine.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.money.Money;
import dev.orderengine.order.PricedOrder.PricedLine;
import dev.orderengine.rules.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What one placement writes, as text where the database keeps JSON.
 *
 * @param events with their data as JSON, in the order of their sequence
 */
record NewOrder(Place place, Receipt receipt, List<Event> events, String items, String metadata) {

    record Event(EventType type, String data) {}

    private record Item(String productId, int quantity, long unitPrice) {}

    private record Held(List<String> matchedRules) {}

    static NewOrder of(Place place, ObjectMapper json) {
        PricedOrder order = place.order();
        Verdict verdict = order.decision().verdict();
        int version = verdict == Verdict.ACCEPT ? 1 : 2;
        List<Event> events = new ArrayList<>(version);
        events.add(new Event(EventType.ORDER_PLACED, write(json, OrderPlaced.of(place, version))));
        if (verdict != Verdict.ACCEPT) {
            EventType held =
                    verdict == Verdict.REVIEW ? EventType.ORDER_REVIEW_REQUIRED : EventType.ORDER_VERIFICATION_REQUIRED;
            events.add(new Event(held, write(json, new Held(order.decision().matchedRules()))));
        }
        Map<String, String> metadata = order.request().metadata();
        return new NewOrder(
                place,
                new Receipt(
                        place.id(),
                        place.status(),
                        order.total(),
                        version,
                        place.at(),
                        verdict,
                        order.decision().matchedRules()),
                events,
                write(json, order.lines().stream().map(NewOrder::item).toList()),
                metadata.isEmpty() ? null : write(json, metadata));
    }

    /** The receipt of an order that was placed before, from its first event. */
    static Receipt receipt(UUID orderId, String placedData, Instant at, ObjectMapper json) {
        try {
            OrderPlaced placed = json.readValue(placedData, OrderPlaced.class);
            return new Receipt(
                    orderId,
                    OrderStatus.of(placed.status()),
                    Money.parse(placed.totalAmount(), Currency.getInstance(placed.currency())),
                    placed.version(),
                    at,
                    Verdict.of(placed.decision()),
                    placed.matchedRules());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("order.placed of order " + orderId + " cannot be read", e);
        }
    }

    private static Item item(PricedLine line) {
        return new Item(line.productId(), line.quantity(), line.unitPrice().minor());
    }

    private static String write(ObjectMapper json, Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a placement that is not JSON", e);
        }
    }
}
