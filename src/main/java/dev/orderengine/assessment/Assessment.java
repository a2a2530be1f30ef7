package dev.orderengine.assessment;

import dev.orderengine.bus.BusMessage;
import dev.orderengine.order.Fault;
import dev.orderengine.order.PricedOrder;
import java.util.List;

/** What came of pricing an order and applying the rules. */
public sealed interface Assessment extends BusMessage {

    /** It may be placed; the decision says in which status. */
    record Acceptable(PricedOrder order) implements Assessment {}

    /** The rules reject it. */
    record Rejected(PricedOrder order) implements Assessment {}

    /** It cannot be priced as asked: unknown products, other prices, another total. */
    record Faulty(List<Fault> faults) implements Assessment {}
}
