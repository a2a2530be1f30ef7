package dev.orderengine.order;

import dev.orderengine.bus.BusMessage;
import java.util.List;

/** What came of a placement. */
public sealed interface Placement extends BusMessage {

    /** The order is durable. */
    record Placed(Receipt receipt) implements Placement {}

    /** The same request was placed before; this is what was answered then. */
    record Replayed(Receipt receipt) implements Placement {}

    /** The key stands for another request. */
    record KeyReused() implements Placement {}

    /** Nothing was placed: there is not enough of these products. */
    record InsufficientStock(List<Shortage> shortages) implements Placement {}

    /** Nothing was placed: these products changed since they were priced. */
    record PriceChanged(List<String> productIds) implements Placement {}

    /** What was asked for and what there is. */
    record Shortage(String productId, long requested, long available) {}
}
