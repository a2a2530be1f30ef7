package dev.orderengine.rules;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of an order so far. Evaluation starts with the order alone; groups are added as it asks for them.
 *
 * @param order the order
 * @param now the time of the decision
 * @param stock present once fetched
 * @param returns present once fetched
 * @param history present once fetched
 */
public record Facts(
        OrderFacts order,
        Instant now,
        Optional<StockFacts> stock,
        Optional<Returns> returns,
        Optional<History> history) {

    /** Only the order. */
    public static Facts of(OrderFacts order, Instant now) {
        return new Facts(order, now, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** These facts and the stock. */
    public Facts with(StockFacts fetched) {
        return new Facts(order, now, Optional.of(fetched), returns, history);
    }

    /** These facts and the customer's returns. */
    public Facts with(Returns fetched) {
        return new Facts(order, now, stock, Optional.of(fetched), history);
    }

    /** These facts and the customer's history. */
    public Facts with(History fetched) {
        return new Facts(order, now, stock, returns, Optional.of(fetched));
    }
}
