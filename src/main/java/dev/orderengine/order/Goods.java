package dev.orderengine.order;

import java.util.List;

/**
 * Where the units of an order are.
 *
 * @param fulfilments oldest first
 * @param returns oldest first
 * @param shelves by product and location; empty unless the order is in a state in which something may be fulfilled
 */
public record Goods(List<Fulfilment> fulfilments, List<GoodsReturn> returns, List<Shelf> shelves) {

    /** Of an order of which nothing is known but its row. */
    public static final Goods NONE = new Goods(List.of(), List.of(), List.of());

    /** Copies the lists. */
    public Goods {
        fulfilments = List.copyOf(fulfilments);
        returns = List.copyOf(returns);
        shelves = List.copyOf(shelves);
    }
}
