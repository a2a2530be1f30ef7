package dev.orderengine.order;

import io.vertx.core.Future;
import java.util.List;

/** Where orders are placed. */
public interface PlacementStore {

    /**
     * Places the orders in one transaction; one order's refusal harms no other. When the future fails nothing was placed, or,
     * if the connection was lost, it is not known whether all or nothing was.
     *
     * @return one outcome for each order, in order
     */
    Future<List<Placement>> place(List<Place> orders);
}
