package dev.orderengine.order;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.orderengine.money.Money;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;

/** The lines of an order as the column {@code items} keeps them; amounts in minor units of the order's currency. */
final class OrderItems {

    private final ObjectReader reader;
    private final ObjectWriter writer;

    OrderItems(ObjectMapper json) {
        this.reader = json.readerFor(Stored[].class);
        this.writer = json.writerFor(Stored[].class);
    }

    List<OrderItem> read(String column, Currency currency) {
        try {
            Stored[] stored = reader.readValue(column);
            List<OrderItem> items = new ArrayList<>(stored.length);
            for (Stored line : stored) {
                items.add(line.toItem(currency));
            }
            return List.copyOf(items);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("items of an order that cannot be read", e);
        }
    }

    String write(List<OrderItem> items) {
        try {
            return writer.writeValueAsString(items.stream().map(Stored::of).toArray(Stored[]::new));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("items of an order that are not JSON", e);
        }
    }

    /** The counts are there all four or not at all: the table's constraint relies on it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Stored(
            String productId,
            int quantity,
            long unitPrice,
            Integer cancelled,
            Integer allocated,
            Integer fulfilled,
            Integer returned) {

        static Stored of(OrderItem item) {
            long price = item.unitPrice().minor();
            return item.equals(OrderItem.of(item.productId(), item.quantity(), item.unitPrice()))
                    ? new Stored(item.productId(), item.quantity(), price, null, null, null, null)
                    : new Stored(
                            item.productId(),
                            item.quantity(),
                            price,
                            item.cancelled(),
                            item.allocated(),
                            item.fulfilled(),
                            item.returned());
        }

        OrderItem toItem(Currency currency) {
            Money price = new Money(unitPrice, currency);
            return cancelled == null
                    ? OrderItem.of(productId, quantity, price)
                    : new OrderItem(productId, quantity, price, cancelled, allocated, fulfilled, returned);
        }
    }
}
