package dev.orderengine.assessment;

import dev.orderengine.rules.History;
import dev.orderengine.rules.Returns;
import dev.orderengine.rules.StockFacts;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;

/**
 * Facts that rules decide on and that the order does not carry. A failed future means that they cannot be had, so that the
 * order is refused with 503, never waved through (specification, section 5).
 */
public interface FactSource {

    /** What the customer returned in the last 30 days. */
    Future<Returns> returns(String customerId);

    /** What the customer ordered before. */
    Future<History> history(String customerId, Instant at);

    /** The least available stock over the products. */
    Future<StockFacts> stock(Collection<String> productIds);
}
