package dev.orderengine.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.orderengine.batch.MicroBatcher;
import dev.orderengine.batch.Overloaded;
import dev.orderengine.money.Money;
import dev.orderengine.rules.Decision;
import dev.orderengine.rules.Verdict;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementsTest {

    private static final Currency USD = Currency.getInstance("USD");

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicInteger announced = new AtomicInteger();
    private final List<List<String>> calls = new ArrayList<>();
    private final Promise<List<Placement>> first = Promise.promise();

    /** The first batch is answered when the test says so; what arrived meanwhile goes by the script. */
    private Placements placements(Function<List<Place>, Future<List<Placement>>> script) {
        return placements(script, 10, 60_000);
    }

    private Placements placements(
            Function<List<Place>, Future<List<Placement>>> script, int maxQueue, long timeoutMillis) {
        PlacementStore store = orders -> {
            calls.add(orders.stream().map(PlacementsTest::name).toList());
            return calls.size() == 1 ? first.future() : script.apply(orders);
        };
        return new Placements(
                Spans.off(),
                store,
                new MicroBatcher.Limits(10, 1, maxQueue),
                timeoutMillis,
                metrics,
                announced::incrementAndGet);
    }

    @Test
    void place_whatArrivesTogether_isPlacedTogether() {
        Placements placements = placements(PlacementsTest::placed);
        List<Future<Placement>> outcomes = place(placements, "a", "b", "c");

        first.complete(List.of(placedOne()));

        assertThat(calls).containsExactly(List.of("a"), List.of("b", "c"));
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.result()).isInstanceOf(Placement.Placed.class));
        assertThat(announced).hasValue(2);
    }

    @Test
    void place_aPoisonOrder_failsAloneAndItsNeighboursArePlaced() {
        PgException poison = new PgException("bad", "ERROR", "22P02", "detail");
        Placements placements = placements(
                orders -> orders.stream().anyMatch(order -> name(order).equals("poison"))
                        ? Future.failedFuture(poison)
                        : placed(orders));
        List<Future<Placement>> outcomes = place(placements, "a", "b", "poison", "c");

        first.complete(List.of(placedOne()));

        assertThat(calls)
                .containsExactly(
                        List.of("a"), List.of("b", "poison", "c"), List.of("b"), List.of("poison"), List.of("c"));
        assertThat(outcomes.get(1).result()).isInstanceOf(Placement.Placed.class);
        assertThat(outcomes.get(2).cause()).isSameAs(poison);
        assertThat(outcomes.get(3).result()).isInstanceOf(Placement.Placed.class);
        assertThat(metrics.get("placement.isolated").counter().count()).isEqualTo(1);
    }

    @Test
    void place_aPoisonOrderAlone_isNotTriedTwice() {
        Placements placements = placements(PlacementsTest::placed);
        Future<Placement> outcome = placements.place(order("poison"));

        first.fail(new PgException("bad", "ERROR", "22P02", "detail"));

        assertThat(outcome.failed()).isTrue();
        assertThat(calls).hasSize(1);
        assertThat(announced).hasValue(0);
    }

    @Test
    void place_whenTheConnectionIsLost_isNotTriedOneByOne() {
        IOException lost = new IOException("connection reset");
        Placements placements = placements(orders -> Future.failedFuture(lost));
        List<Future<Placement>> outcomes = place(placements, "a", "b", "c");

        first.complete(List.of(placedOne()));

        assertThat(calls).containsExactly(List.of("a"), List.of("b", "c"));
        assertThat(outcomes.get(1).cause()).isSameAs(lost);
        assertThat(outcomes.get(2).cause()).isSameAs(lost);
    }

    @ParameterizedTest
    @ValueSource(strings = {"57P01", "53300", "08006", "40001", "55P03"})
    void place_whenTheDatabaseIsAway_isNotTriedOneByOne(String sqlState) {
        Placements placements =
                placements(orders -> Future.failedFuture(new PgException("away", "FATAL", sqlState, "")));
        place(placements, "a", "b", "c");

        first.complete(List.of(placedOne()));

        assertThat(calls).hasSize(2);
    }

    @Test
    void place_beyondTheQueue_isOverloaded() {
        Placements placements = placements(PlacementsTest::placed, 2, 60_000);
        List<Future<Placement>> outcomes = place(placements, "a", "b", "c", "d");

        assertThat(outcomes.get(3).cause()).isInstanceOf(Overloaded.class);
        first.complete(List.of(placedOne()));
        assertThat(outcomes.get(2).succeeded()).isTrue();
    }

    @Test
    void place_withoutAnAnswer_failsAfterTheTimeoutAndTheQueueMovesOn() {
        Placements placements = placements(PlacementsTest::placed, 10, 50);
        List<Future<Placement>> outcomes = place(placements, "a", "b");

        await().until(() -> outcomes.get(1).isComplete());

        assertThat(outcomes.get(0).cause()).isInstanceOf(TimeoutException.class);
        assertThat(outcomes.get(1).succeeded()).isTrue();
    }

    @Test
    void place_refusalsOnly_announcesNothing() {
        Placements placements = placements(PlacementsTest::placed);
        Future<Placement> outcome = placements.place(order("a"));

        first.complete(List.of(new Placement.InsufficientStock(List.of(new Placement.Shortage("p", 2, 1)))));

        assertThat(outcome.result()).isInstanceOf(Placement.InsufficientStock.class);
        assertThat(announced).hasValue(0);
    }

    @Test
    void drain_waitsForTheLastOutcome() {
        Placements placements = placements(PlacementsTest::placed);
        place(placements, "a", "b");
        Future<Void> drained = placements.drain();

        assertThat(drained.isComplete()).isFalse();
        first.complete(List.of(placedOne()));

        assertThat(drained.succeeded()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "ACCEPT,CREDIT_CARD,PENDING,true",
        "ACCEPT,STRIPE,PENDING,true",
        "ACCEPT,PAYPAL,PENDING,true",
        "ACCEPT,BANK_TRANSFER,PENDING,false",
        "REVIEW,CREDIT_CARD,PENDING_REVIEW,false",
        "VERIFY,PAYPAL,PENDING_VERIFICATION,false"
    })
    void status_andCharging_followTheDecision(
            Verdict verdict, PaymentMethod method, OrderStatus status, boolean chargeable) {
        Place order = order("a", verdict, method);

        assertThat(order.status()).isEqualTo(status);
        assertThat(order.chargeable()).isEqualTo(chargeable);
    }

    @Test
    void status_ofARejectedOrder_isAFault() {
        Place rejected = order("a", Verdict.REJECT, PaymentMethod.PAYPAL);

        assertThatIllegalStateException().isThrownBy(rejected::status);
    }

    private static List<Future<Placement>> place(Placements placements, String... names) {
        return Stream.of(names).map(name -> placements.place(order(name))).toList();
    }

    private static Future<List<Placement>> placed(List<Place> orders) {
        return Future.succeededFuture(orders.stream().map(order -> placedOne()).toList());
    }

    private static Placement placedOne() {
        return new Placement.Placed(null);
    }

    private static String name(Place order) {
        return order.order().request().customerId();
    }

    private static Place order(String name) {
        return order(name, Verdict.ACCEPT, PaymentMethod.CREDIT_CARD);
    }

    private static Place order(String name, Verdict verdict, PaymentMethod method) {
        PlaceOrder request = new PlaceOrder(
                name,
                List.of(new OrderLine("p", 1, null)),
                USD,
                method,
                "tok_visa",
                null,
                CustomerDetails.NONE,
                null,
                null,
                Map.of());
        Money total = Money.parse("1.00", USD);
        return new Place(
                UUID.randomUUID(),
                UUID.randomUUID(),
                "caller",
                null,
                Buffer.buffer(),
                new PricedOrder(
                        request,
                        List.of(new PricedOrder.PricedLine("p", 1, total, 1)),
                        total,
                        BigDecimal.ONE,
                        new Decision(verdict, List.of(), "v1", 0)),
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                null);
    }
}
