package dev.orderengine.http;

import dev.orderengine.cart.Cart;
import dev.orderengine.cart.CartCall;
import dev.orderengine.cart.CartChange;
import dev.orderengine.cart.CartLine;
import dev.orderengine.cart.CartOutcome;
import dev.orderengine.cart.Carts;
import dev.orderengine.cart.PricedCart;
import dev.orderengine.catalog.Catalog;
import dev.orderengine.catalog.Product;
import dev.orderengine.order.Fault;
import dev.orderengine.order.OrderLine;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Carts and their lines. */
final class CartRoutes {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final RequestBody bodies;
    private final Carts carts;
    private final Catalog catalog;
    private final CartCheckout checkout;
    private final JsonOut json;
    private final PlacementAnswers answers;

    CartRoutes(
            RequestBody bodies,
            Carts carts,
            Catalog catalog,
            CartCheckout checkout,
            JsonOut json,
            PlacementAnswers answers) {
        this.bodies = bodies;
        this.carts = carts;
        this.catalog = catalog;
        this.checkout = checkout;
        this.json = json;
        this.answers = answers;
    }

    void get(RoutingContext context) {
        CartCall call = call(context, new Preconditions(null, null));
        Deadline.of(carts.find(call)
                        .map(found -> found.orElseThrow(() -> new ProblemException(Problem.notFound())))
                        .compose(this::priced))
                .onSuccess(cart -> answer(context, cart))
                .onFailure(context::fail);
    }

    void put(RoutingContext context) {
        CartCall call = call(context);
        CartDecoder.NewCart cart = CartDecoder.cart(bodies.read(context.body().buffer()));
        if (cart.customerId() != null) {
            RequestContext.of(context).caller().requireToSee(cart.customerId());
        }
        Deadline.of(catalog.products(
                                cart.items().stream().map(OrderLine::productId).toList())
                        .compose(products -> carts.change(call, put(cart, products)))
                        .compose(this::written))
                .onSuccess(written -> answer(context, written))
                .onFailure(context::fail);
    }

    void delete(RoutingContext context) {
        CartCall call = call(context);
        Deadline.of(carts.change(call, new CartChange.Delete()).map(CartRoutes::done))
                .onSuccess(done -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }

    void putItem(RoutingContext context) {
        CartCall call = call(context);
        String productId = Identifiers.inPath(context, "product_id");
        int quantity = CartDecoder.quantity(bodies.read(context.body().buffer()));
        Deadline.of(catalog.products(List.of(productId))
                        .compose(products ->
                                carts.change(call, new CartChange.SetLine(line(productId, quantity, products))))
                        .compose(this::written))
                .onSuccess(written -> answer(context, written))
                .onFailure(context::fail);
    }

    void deleteItem(RoutingContext context) {
        CartCall call = call(context);
        CartChange change = new CartChange.RemoveLine(Identifiers.inPath(context, "product_id"));
        Deadline.of(carts.change(call, change).compose(this::written))
                .onSuccess(written -> answer(context, written))
                .onFailure(context::fail);
    }

    /** Orders the cart. */
    void checkOut(RoutingContext context) {
        Buffer body = context.body().buffer();
        RequestContext request = RequestContext.of(context);
        String key = IdempotencyKeys.of(context);
        CartCheckout.Request asked = new CartCheckout.Request(
                call(context),
                request.caller(),
                bodies.read(body),
                key,
                key == null ? null : IdempotencyKeys.fingerprint(context, body),
                request.trace().traceparent());
        Deadline.of(checkout.checkOut(asked))
                .onSuccess(outcome -> answers.answer(context, "POST /carts/{cart_id}/checkout", outcome))
                .onFailure(context::fail);
    }

    /** Who asks for which cart, and in which state it must be. */
    private static CartCall call(RoutingContext context) {
        return call(context, Preconditions.of(context));
    }

    private static CartCall call(RoutingContext context, Preconditions preconditions) {
        Caller caller = RequestContext.of(context).caller();
        return new CartCall(
                Identifiers.inPath(context, "cart_id"),
                caller.subject(),
                caller.may(Scope.ORDERS_ALL),
                preconditions.required(),
                preconditions.excluded());
    }

    /** What ends a call on a cart that is being ordered. */
    static ProblemException checkingOut() {
        return new ProblemException(new Problem(
                409, "cart_in_checkout", "The cart is being ordered", "See soon what became of it.", List.of(), SOON));
    }

    private static CartChange.Put put(CartDecoder.NewCart cart, Map<String, Product> products) {
        List<CartLine> lines = cart.items().stream()
                .map(item -> line(item.productId(), item.quantity(), products))
                .toList();
        return new CartChange.Put(cart.customerId(), cart.currency(), lines);
    }

    private static CartLine line(String productId, int quantity, Map<String, Product> products) {
        return new CartLine(productId, quantity, PricedCart.version(products.get(productId)));
    }

    private record Written(PricedCart cart, boolean created) {}

    private Future<Written> written(CartOutcome outcome) {
        CartOutcome.Done done = done(outcome);
        return priced(done.cart()).map(cart -> new Written(cart, done.created()));
    }

    private Future<PricedCart> priced(Cart cart) {
        return catalog.products(cart.items().stream().map(CartLine::productId).toList())
                .map(products -> PricedCart.of(cart, products));
    }

    private static CartOutcome.Done done(CartOutcome outcome) {
        if (outcome instanceof CartOutcome.Done done) {
            return done;
        }
        if (outcome instanceof CartOutcome.Absent) {
            throw new ProblemException(Problem.notFound());
        }
        if (outcome instanceof CartOutcome.Stale) {
            throw new ProblemException(Preconditions.failed());
        }
        if (outcome instanceof CartOutcome.Full) {
            throw new ProblemException(Problem.unprocessable(
                    List.of(new Fault("cart/items", "too_many_items", "a cart has at most 100 items"))));
        }
        throw checkingOut();
    }

    /** The version stands for the lines, not for prices: a caller who has it learns of new ones all the same. */
    private void answer(RoutingContext context, PricedCart cart) {
        String version = String.valueOf(cart.cart().version());
        Buffer body = json.object(out -> CartJson.cart(cart, out));
        if (cart.asWritten()) {
            Responses.versioned(context, version, body);
        } else {
            context.response().putHeader(HttpHeaders.ETAG, Responses.etag(version));
            Responses.json(context, 200, body);
        }
    }

    private void answer(RoutingContext context, Written written) {
        context.response()
                .putHeader(
                        HttpHeaders.ETAG,
                        Responses.etag(String.valueOf(written.cart().cart().version())));
        if (written.created()) {
            context.response().putHeader(HttpHeaders.LOCATION, context.request().path());
        }
        Responses.json(context, written.created() ? 201 : 200, json.object(out -> CartJson.cart(written.cart(), out)));
    }
}
