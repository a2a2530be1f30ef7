package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.batch.Overloaded;
import dev.orderengine.cart.Cart;
import dev.orderengine.cart.CartCall;
import dev.orderengine.cart.CartOutcome;
import dev.orderengine.cart.Carts;
import dev.orderengine.http.OrderIntake.Outcome;
import dev.orderengine.order.Fault;
import dev.orderengine.order.PlaceOrder;
import dev.orderengine.order.PlacedOrders;
import dev.orderengine.order.PlacedOrders.PlacedOrder;
import dev.orderengine.order.Placement;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/**
 * Orders carts, each once: the order is placed under a key of the cart's own, and the caller's key is spent with it, both in
 * the transaction of the order. The cart is marked before and removed after. Any event loop.
 */
final class CartCheckout {

    private static final int READINGS = 3;

    private final Carts carts;
    private final PlacedOrders orders;
    private final OrderIntake intake;
    private final MeterRegistry metrics;

    CartCheckout(Carts carts, PlacedOrders orders, OrderIntake intake, MeterRegistry metrics) {
        this.carts = carts;
        this.orders = orders;
        this.intake = intake;
        this.metrics = metrics;
    }

    /**
     * What is asked for.
     *
     * @param key null if none was sent
     * @param fingerprint of the request that the key stands for
     */
    record Request(CartCall cart, Caller caller, JsonNode body, String key, Buffer fingerprint, String traceparent) {}

    /** Goes on, and tidies up, when nobody waits any more. Fails with {@link ProblemException} when the cart is not to be ordered now. */
    Future<Outcome> checkOut(Request request) {
        return replayed(request)
                .compose(earlier -> earlier.isPresent() ? Future.succeededFuture(earlier.get()) : checkOut(request, 1))
                .onSuccess(outcome -> count(name(outcome)))
                .onFailure(fault -> count(
                        fault instanceof ProblemException refused
                                ? refused.problem().code()
                                : "failed"));
    }

    /** What the caller's key stands for, if it was spent. */
    private Future<Optional<Outcome>> replayed(Request request) {
        if (request.key() == null) {
            return Future.succeededFuture(Optional.empty());
        }
        return orders.find(request.caller().subject(), request.key())
                .map(found -> found.map(order ->
                        order.requestHash().equals(request.fingerprint()) ? replay(order) : new Outcome.KeyReused()));
    }

    private Future<Outcome> checkOut(Request request, int reading) {
        return carts.findMarked(request.cart())
                .map(found -> found.orElseThrow(() -> new ProblemException(Problem.notFound())))
                .compose(cart -> carts.order(cart)
                        .compose(order -> order.isPresent()
                                ? replayed(request, cart, order.get())
                                : checkOut(request, cart, reading)));
    }

    /** The caller's key is spent too: what it was answered once it is answered again. */
    private Future<Outcome> replayed(Request request, Cart cart, PlacedOrder order) {
        Future<Boolean> spent = request.key() == null
                ? Future.succeededFuture(true)
                : orders.spend(
                        request.caller().subject(),
                        request.key(),
                        request.fingerprint(),
                        order.receipt().orderId());
        return spent.compose(own -> carts.remove(cart).map(own ? replay(order) : new Outcome.KeyReused()));
    }

    private Future<Outcome> checkOut(Request request, Cart cart, int reading) {
        requireVersion(request, cart);
        Decoded<PlaceOrder> decoded = decode(request, cart);
        if (!decoded.faults().isEmpty()) {
            return Future.succeededFuture(Outcome.Refused.of(decoded.faults()));
        }
        return carts.beginCheckout(cart).compose(begun -> {
            if (begun instanceof CartOutcome.Done done) {
                return place(request, decoded.value(), done.cart());
            }
            return begun instanceof CartOutcome.Stale && reading < READINGS
                    ? checkOut(request, reading + 1)
                    : Future.failedFuture(CartRoutes.checkingOut());
        });
    }

    private static void requireVersion(Request request, Cart cart) {
        if (!request.cart().allows(cart)) {
            throw new ProblemException(Preconditions.failed());
        }
    }

    private static Decoded<PlaceOrder> decode(Request request, Cart cart) {
        Caller caller = request.caller();
        boolean ownOnly = !caller.may(Scope.ORDERS_ALL)
                && Identifiers.FORM.matcher(caller.subject()).matches();
        Decoded<PlaceOrder> decoded = CartDecoder.order(request.body(), cart, ownOnly ? caller.subject() : null);
        if (decoded.value() != null && decoded.value().customerId() != null) {
            caller.requireToSee(decoded.value().customerId());
        }
        return decoded;
    }

    /** The mark is taken off only when it is certain that nothing was placed, and nothing will be. */
    private Future<Outcome> place(Request request, PlaceOrder order, Cart cart) {
        OrderIntake.Origin origin = new OrderIntake.Origin(
                request.caller().subject(),
                request.key(),
                request.fingerprint(),
                request.traceparent(),
                Carts.onceKey(cart));
        return intake.take(order, origin)
                .compose(outcome -> ended(request, cart, outcome))
                .recover(fault -> (fault instanceof Overloaded ? carts.endCheckout(cart) : Future.succeededFuture())
                        .transform(done -> Future.failedFuture(fault)));
    }

    private Future<Outcome> ended(Request request, Cart cart, Outcome outcome) {
        if (outcome instanceof Outcome.Accepted) {
            return carts.remove(cart).map(outcome);
        }
        return carts.endCheckout(cart)
                .compose(done -> outcome instanceof Outcome.KeyReused
                        ? reused(request)
                        : Future.succeededFuture(inCart((Outcome.Refused) outcome)));
    }

    /** Either the caller's key was spent a moment ago, or the cart was ordered before it came to what it holds now. */
    private Future<Outcome> reused(Request request) {
        return replayed(request)
                .map(spent -> spent.orElseThrow(() -> new ProblemException(Problem.of(
                        409,
                        "cart_checked_out",
                        "The cart was ordered before it was changed",
                        "Put it anew to order what it holds now."))));
    }

    /** The lines are in the cart, not in the body. */
    private static Outcome inCart(Outcome.Refused refused) {
        List<Fault> faults = refused.faults().stream()
                .map(fault -> fault.pointer().startsWith("/items")
                        ? new Fault("cart" + fault.pointer(), fault.code(), fault.message())
                        : fault)
                .toList();
        return new Outcome.Refused(faults, refused.decision(), refused.matchedRules());
    }

    private static Outcome replay(PlacedOrder order) {
        return new Outcome.Accepted(new Placement.Replayed(order.receipt()));
    }

    private static String name(Outcome outcome) {
        if (outcome instanceof Outcome.Accepted accepted) {
            return accepted.placement() instanceof Placement.Replayed ? "replayed" : "placed";
        }
        return outcome instanceof Outcome.Refused ? "refused" : "idempotency_key_reused";
    }

    private void count(String outcome) {
        Counter.builder("cart.checkouts")
                .description("Checkouts of carts")
                .tag("outcome", outcome)
                .register(metrics)
                .increment();
    }
}
