package dev.orderengine.http;

import dev.orderengine.catalog.Product;
import dev.orderengine.money.Money;
import dev.orderengine.order.CustomerDetails;
import dev.orderengine.order.OrderLine;
import dev.orderengine.order.PaymentMethod;
import dev.orderengine.order.Place;
import dev.orderengine.order.PlaceOrder;
import dev.orderengine.order.Placement;
import dev.orderengine.order.PlacementVerticle;
import dev.orderengine.order.PricedOrder;
import dev.orderengine.rules.Decision;
import dev.orderengine.rules.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a new engine work for nobody before it is ready, so that its first callers do not wait for classes, compiler and plans: orders
 * are validated over a listener that only this machine can reach, with a token that only this process knows, and placements are
 * made that the database refuses. Nothing is written. Metrics: {@code warm_up_calls}, {@code warm_up_placements},
 * {@code warm_up_duration_seconds}.
 */
public final class WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    private static final String CALLER = "warm-up";
    private static final Currency USD = Currency.getInstance("USD");
    private static final String NOT_SAMPLED = "00-" + "7".repeat(32) + "-" + "7".repeat(16) + "-00";
    private static final int SAMPLES = 3;
    private static final int CALLS_AT_ONCE = 8;
    /** Beyond these the compiler has seen enough, however much of the time is left. */
    private static final int ENOUGH_CALLS = 2_000;

    private static final int ORDERS_IN_A_BATCH = 20;

    /** No product has this version: an order that names it is refused in the database, by its price. */
    private static final int NO_VERSION = -1;

    /** How long what was begun within the limit may take beyond it. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final Vertx vertx;
    private final HttpVerticle.Services services;
    private final Supplier<Future<Void>> statements;
    private final Duration limit;
    private final Counter calls;
    private final Counter placements;
    private final String token;
    private volatile long end;
    private volatile Duration took = Duration.ZERO;

    /**
     * @param services of the API to come
     * @param statements makes the connections that placements use, and plans on each
     * @param limit how long it may take; zero for not at all
     */
    public WarmUp(
            Vertx vertx,
            HttpVerticle.Services services,
            Supplier<Future<Void>> statements,
            Duration limit,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.services = services;
        this.statements = statements;
        this.limit = limit;
        this.token = secret();
        this.calls = Counter.builder("warm.up.calls")
                .description("Calls that the engine answered to itself before it was ready")
                .register(metrics);
        this.placements = Counter.builder("warm.up.placements")
                .description("Placements that the engine had refused before it was ready")
                .register(metrics);
        Gauge.builder("warm.up.duration", () -> took.toNanos() / 1e9)
                .description("How long the engine worked for nobody before it was ready")
                .baseUnit("seconds")
                .register(metrics);
    }

    /** Works until it is enough or the limit is over; never fails, for a cold engine serves as well. */
    public Future<Void> run() {
        if (limit.isZero()) {
            return Future.succeededFuture();
        }
        long start = System.nanoTime();
        end = start + limit.toNanos();
        return Future.join(statements.get().compose(planned -> place()), call())
                .timeout(limit.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(done -> took = Duration.ofNanos(System.nanoTime() - start))
                .transform(done -> told(done.cause()));
    }

    private Future<Void> told(Throwable fault) {
        if (calls.count() > 0) {
            LOG.info(
                    "warmed up by {} calls and {} placements in {} ms",
                    (long) calls.count(),
                    (long) placements.count(),
                    took.toMillis());
        } else {
            LOG.warn("the warm-up failed, the first calls will be slow: {}", String.valueOf(fault));
        }
        return Future.succeededFuture();
    }

    private static String secret() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private boolean isOver() {
        return calls.count() >= ENOUGH_CALLS || System.nanoTime() - end >= 0;
    }

    // ---- calls

    private Future<Void> call() {
        HttpVerticle listener =
                HttpVerticle.onLoopback(services, services.authentication().knowing(token, CALLER));
        return vertx.deployVerticle(listener)
                .compose(id -> services.products()
                        .page("", SAMPLES)
                        .compose(products -> call(request(listener.port(), body(products))))
                        // Nobody waits for that: what still hangs there ends by itself.
                        .onComplete(done -> vertx.undeploy(id)));
    }

    /** The first call has the machine for itself: it loads most of the classes. */
    private Future<Void> call(HttpRequest request) {
        // Not one of Vert.x: what calls here is no part of the engine's metrics and traces.
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(limit)
                .build();
        return callOnce(client, request)
                .compose(first -> Future.join(IntStream.range(0, CALLS_AT_ONCE)
                        .mapToObj(lane -> callOn(client, request))
                        .toList()))
                .mapEmpty();
    }

    /** Whatever the answers are: that a call takes too long is what a cold engine does. */
    private Future<Void> callOn(HttpClient client, HttpRequest request) {
        return isOver()
                ? Future.succeededFuture()
                : callOnce(client, request).compose(answered -> callOn(client, request));
    }

    private Future<Void> callOnce(HttpClient client, HttpRequest request) {
        return Future.fromCompletionStage(
                        client.sendAsync(request, HttpResponse.BodyHandlers.discarding()), vertx.getOrCreateContext())
                .onSuccess(response -> count(response.statusCode()))
                .mapEmpty();
    }

    private HttpRequest request(int port, String body) {
        return HttpRequest.newBuilder(
                        URI.create("http://" + HttpVerticle.LOOPBACK + ":" + port + Paths.BASE + "/orders/validate"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("traceparent", NOT_SAMPLED)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private void count(int status) {
        if (status == 200) {
            calls.increment();
        }
    }

    /** An order of what is there; if nothing is, one of what is not there. */
    private static String body(List<Product> products) {
        List<String> ids = products.isEmpty()
                ? List.of(CALLER)
                : products.stream().map(Product::productId).toList();
        String items = ids.stream()
                .map(id -> "{\"product_id\":\"" + id + "\",\"quantity\":1}")
                .collect(Collectors.joining(","));
        return "{\"customer_id\":\"" + CALLER + "\",\"items\":[" + items + "],\"currency\":\"USD\","
                + "\"shipping_address\":\"1 Main St, Springfield\",\"customer\":{\"email\":\"a@example.com\",\"name\":\"A\"},"
                + "\"payment_method\":\"credit_card\",\"payment_token\":\"tok\",\"metadata\":{\"source\":\"warm-up\"}}";
    }

    // ---- placements

    private Future<Void> place() {
        if (isOver()) {
            return Future.succeededFuture();
        }
        return Future.join(IntStream.range(0, ORDERS_IN_A_BATCH)
                        .mapToObj(order -> refused())
                        .toList())
                .transform(refused -> place());
    }

    private Future<Placement> refused() {
        Instant now = services.clock().instant();
        Money price = new Money(1_999, USD);
        PlaceOrder request = new PlaceOrder(
                CALLER,
                List.of(new OrderLine(CALLER, 1, null)),
                USD,
                PaymentMethod.CREDIT_CARD,
                "tok",
                null,
                CustomerDetails.NONE,
                null,
                null,
                Map.of());
        PricedOrder order = new PricedOrder(
                request,
                List.of(new PricedOrder.PricedLine(CALLER, 1, price, NO_VERSION)),
                price,
                BigDecimal.ONE,
                new Decision(Verdict.ACCEPT, List.of(), CALLER, 0));
        Place place = new Place(
                services.ids().get(),
                services.ids().get(),
                CALLER,
                null,
                null,
                order,
                now,
                now.plus(limit),
                null,
                null);
        return services.bus().ask(PlacementVerticle.PLACE, place).onSuccess(refused -> placements.increment());
    }
}
