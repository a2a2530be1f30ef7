package dev.orderengine.order;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Where orders are read. Lists may be some moments old: a replica may answer them. */
public interface OrderStore {

    /** The order, whole, as it is now. */
    Future<Optional<Order>> find(UUID orderId);

    /** The states of the orders as they are now; unknown ones are absent. */
    Future<Map<UUID, OrderStatusView>> statuses(Collection<UUID> orderIds);

    /** Orders that match, newest first, at most {@code limit}. */
    Future<List<Order>> list(OrderFilter filter, int limit);

    /** The events of an order after that sequence, oldest first, at most {@code limit}. */
    Future<List<OrderEvent>> events(UUID orderId, int after, int limit);
}
