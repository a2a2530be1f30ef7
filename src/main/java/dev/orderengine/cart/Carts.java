package dev.orderengine.cart;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.order.OnceKey;
import dev.orderengine.order.PlacedOrders;
import dev.orderengine.order.PlacedOrders.PlacedOrder;
import dev.orderengine.redis.RedisCalls;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carts. A cart is marked while it is being ordered, and removed when its order is durable. Whoever finds a mark that nobody took off
 * (the engine died, or Redis was away) asks the database whether the order was placed, and removes the cart or takes the mark
 * off; so a cart that was ordered is never seen again, and one that was not is never lost. Any thread.
 */
public final class Carts {

    private static final Logger LOG = LoggerFactory.getLogger(Carts.class);

    private final RedisCarts redis;
    private final PlacedOrders orders;

    /**
     * @param lifetime of a cart after its last change
     * @param ids of incarnations, not to be guessed
     */
    public Carts(RedisCalls redis, PlacedOrders orders, Duration lifetime, ObjectMapper json, Supplier<UUID> ids) {
        this.redis = new RedisCarts(redis, lifetime, json, ids);
        this.orders = orders;
    }

    /** The cart, if there is one that the caller sees. Fails while Redis is away. */
    public Future<Optional<Cart>> find(CartCall call) {
        return findMarked(call)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : isOrdered(found.get()).map(ordered -> ordered ? Optional.empty() : found));
    }

    /** As {@link #find}, but a cart is found too of which nobody knows yet that it was ordered. */
    public Future<Optional<Cart>> findMarked(CartCall call) {
        return redis.find(call.cartId()).map(found -> found.filter(call::sees));
    }

    /** Changes the cart in one step; safe to repeat. Fails while Redis is away, and may have been done then. */
    public Future<CartOutcome> change(CartCall call, CartChange change) {
        return redis.change(call, change)
                .compose(outcome -> outcome instanceof CartOutcome.CheckingOut busy
                        ? cleared(busy)
                                .compose(clear -> clear ? redis.change(call, change) : Future.succeededFuture(busy))
                        : Future.succeededFuture(outcome));
    }

    /** All carts that are that person's, by customer or, if anonymous, by who made them. Fails while Redis is away. */
    public Future<List<Cart>> ownedBy(String subject) {
        return redis.ownedBy(subject);
    }

    /** Removes all carts that are that person's; fails while Redis is away, and may be asked for again then. */
    public Future<Void> removeOwnedBy(String subject) {
        return redis.ownedBy(subject)
                .compose(carts -> Future.all(carts.stream().map(redis::remove).toList()))
                .mapEmpty();
    }

    /** Marks the cart, as it was found: nothing changes it until its checkout has ended. */
    public Future<CartOutcome> beginCheckout(Cart cart) {
        return redis.beginCheckout(cart);
    }

    /** Nothing was placed: the cart may change again. Never fails: a mark that stays is dealt with by whoever finds it. */
    public Future<Void> endCheckout(Cart cart) {
        return redis.endCheckout(cart)
                .onFailure(fault -> LOG.warn("a cart keeps its mark of a checkout for now", fault))
                .otherwiseEmpty();
    }

    /** The order is durable. Never fails: a cart that stays is dealt with by whoever finds it. */
    public Future<Void> remove(Cart cart) {
        return redis.remove(cart)
                .onFailure(fault -> LOG.warn("a cart that was ordered stays for now", fault))
                .otherwiseEmpty();
    }

    /** The order of what a marked cart holds, if its checkout came so far. */
    public Future<Optional<PlacedOrder>> order(Cart cart) {
        OnceKey once = onceKey(cart);
        return cart.checkout() == null
                ? Future.succeededFuture(Optional.empty())
                : orders.find(once.scope(), once.key())
                        .map(found -> found.filter(order -> order.requestHash().equals(once.contentHash())));
    }

    /** What the order of a cart is placed under, so that the cart is ordered once, whoever does it and under whichever key. */
    public static OnceKey onceKey(Cart cart) {
        return OnceKey.of("cart:" + cart.id(), cart.incarnation(), String.valueOf(cart.version()));
    }

    /** Whether a mark that is in the way is gone now. */
    private Future<Boolean> cleared(CartOutcome.CheckingOut busy) {
        return isOrdered(busy.cart()).compose(ordered -> {
            if (ordered || !busy.abandoned()) {
                return Future.succeededFuture(ordered);
            }
            return redis.endCheckout(busy.cart()).map(true);
        });
    }

    /** Asks the database, and removes the cart if so. */
    private Future<Boolean> isOrdered(Cart cart) {
        return order(cart)
                .compose(order -> order.isEmpty()
                        ? Future.succeededFuture(false)
                        : remove(cart).map(true));
    }
}
