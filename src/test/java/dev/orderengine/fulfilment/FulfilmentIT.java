package dev.orderengine.fulfilment;

import static dev.orderengine.support.OrderRequests.of;
import static dev.orderengine.support.OrderRequests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.OrderLife;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Parcels and returns of paid orders, through the API; after each test the books add up. */
@ExtendWith(SharedServices.class)
class FulfilmentIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static RunningEngine engine;
    private static Api staff;
    private static OrderLife life;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, FulfilmentIT.class, Map.of());
        staff = engine.as("admin");
        life = new OrderLife(staff);
        engine.change("INSERT INTO products (product_id, name) SELECT p, p FROM unnest(ARRAY ['split', 'city']) AS p");
        engine.change("INSERT INTO prices SELECT p, 'USD', 1000 FROM unnest(ARRAY ['split', 'city']) AS p");
        engine.change(
                "INSERT INTO stock (product_id, location_id, on_hand) VALUES"
                        + " ('split', 'loc-main', 3), ('split', 'loc-city', 2), ('city', 'loc-city', 50), ('city', 'loc-main', 40)");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @AfterEach
    void booksAddUp() {
        assertThat(Books.findings(engine)).isEmpty();
    }

    @Test
    void order_sentDeliveredAndSentBack_isReturnedAndRefundedAndItsStockIsThereAgain() {
        long before =
                engine.number("SELECT on_hand FROM stock WHERE product_id = 'sku-0011' AND location_id = 'loc-main'");
        String id = life.paid(of("c-life", "sku-0011", 2));

        life.fulfil(id, "{}");
        assertThat(life.order(id).text("status")).isEqualTo("paid");
        String parcel = life.parcels(id).get(0);
        assertThat(life.tell(parcel, "shipped").text("status")).isEqualTo("fulfilled");
        assertThat(life.tell(parcel, "delivered").text("fulfillment_status")).isEqualTo("fulfilled");
        assertThat(stock("sku-0011", "loc-main")).isEqualTo((before - 2) + "/0/2/0");
        String goods = life.register(id, "sku-0011", 2);
        Answer received = life.receive(id, goods);

        assertThat(received.text("status")).isEqualTo("returned");
        assertThat(stock("sku-0011", "loc-main")).isEqualTo(before + "/0/2/2");
        await("refunded")
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(engine.text("SELECT amount::text FROM refunds WHERE order_id = ?::uuid", id))
                                .isEqualTo("5998"));
        assertThat(events(id))
                .startsWith("order.placed", "payment.processing", "payment.captured")
                .containsSubsequence(
                        "fulfillment.created",
                        "fulfillment.shipped",
                        "fulfillment.delivered",
                        "return.registered",
                        "return.received");
    }

    @Test
    void fulfil_someUnits_makesTheOrderPartiallyFulfilledUntilTheLastLeaves() {
        String id = life.paid(with(of("c-part", "sku-0012", 2), "sku-0013", 1));

        life.fulfil(id, "{\"items\": [{\"product_id\": \"sku-0012\", \"quantity\": 1}]}");
        life.tell(life.parcels(id).get(0), "shipped");
        assertThat(life.order(id).text("status")).isEqualTo("partially_fulfilled");
        life.fulfil(id, "{}");
        assertThat(life.tell(life.parcels(id).get(1), "shipped").text("status")).isEqualTo("fulfilled");
    }

    @Test
    void fulfil_unitsAtTwoLocations_makesAParcelForEach() {
        String id = life.paid(of("c-split", "split", 5));

        Answer order = life.fulfil(id, "{}");

        assertThat(order.elements("fulfillments")
                        .map(parcel -> parcel.get("location_id").asText() + " "
                                + parcel.get("channel").asText() + " "
                                + parcel.get("items").get(0).get("quantity")))
                .containsExactly("loc-city warehouse 2", "loc-main warehouse 3");
    }

    @Test
    void fulfil_byAChannelOfAnotherLocation_movesTheReservation() {
        String id = life.paid(of("c-move", "city", 4));
        assertThat(stock("city", "loc-city")).isEqualTo("50/4/0/0");

        life.fulfil(id, "{\"channel\": \"dropship\"}");

        assertThat(stock("city", "loc-city")).isEqualTo("50/0/0/0");
        assertThat(stock("city", "loc-main")).isEqualTo("40/4/0/0");
        assertThat(engine.text(
                        "SELECT data -> 'choice' ->> 'location' FROM order_events WHERE order_id = ?::uuid AND type = 'fulfillment.created'",
                        id))
                .isEqualTo("reservation_moved");
        life.tell(life.parcels(id).get(0), "shipped");
    }

    @Test
    void fulfil_asOftenAsItIsAsked_makesNoUnitLeaveTwice() {
        String id = life.paid(of("c-race", "sku-0014", 10));
        String body = "{\"items\": [{\"product_id\": \"sku-0014\", \"quantity\": 3}]}";

        List<CompletableFuture<Answer>> racing = IntStream.range(0, 8)
                .mapToObj(n -> staff.postLater("/orders/" + id + "/fulfill", body))
                .toList();
        List<Integer> statuses =
                racing.stream().map(call -> call.join().status()).sorted().toList();

        assertThat(statuses).containsExactly(200, 200, 200, 422, 422, 422, 422, 422);
        assertThat(life.parcels(id)).hasSize(3);
    }

    @Test
    void update_toldTwiceAndLate_isDoneOnce() {
        String id = life.paid(of("c-twice", "sku-0015", 1));
        life.fulfil(id, "{}");
        String parcel = life.parcels(id).get(0);

        String delivered = life.tell(parcel, "delivered").text("version");
        String shippedLate = life.tell(parcel, "shipped").text("version");

        assertThat(life.tell(parcel, "delivered").text("version")).isEqualTo(delivered);
        assertThat(shippedLate).isEqualTo(delivered);
        assertThat(events(id)).endsWith("fulfillment.created", "fulfillment.shipped", "fulfillment.delivered");
        assertThat(life.patch("/fulfillments/" + parcel, "{\"status\": \"failed\"}")
                        .text("code"))
                .isEqualTo("invalid_transition");
    }

    @Test
    void update_racingShipAndFail_letsOneWin() {
        String id = life.paid(of("c-either", "sku-0016", 1));
        life.fulfil(id, "{}");
        String path = "/fulfillments/" + life.parcels(id).get(0);

        List<Integer> statuses = List.of("shipped", "failed", "shipped", "failed").parallelStream()
                .map(status ->
                        life.patch(path, "{\"status\": \"" + status + "\"}").status())
                .distinct()
                .sorted()
                .toList();

        assertThat(statuses).containsExactly(200, 409);
    }

    @Test
    void fulfilment_thatFails_givesItsUnitsBackToBeFulfilledAnew() {
        String id = life.paid(of("c-fail", "sku-0017", 2));
        life.fulfil(id, "{}");

        life.tell(life.parcels(id).get(0), "failed");
        life.fulfil(id, "{}");

        assertThat(life.tell(life.parcels(id).get(1), "shipped").text("status")).isEqualTo("fulfilled");
        assertThat(life.patch("/fulfillments/" + life.parcels(id).get(0), "{\"status\": \"shipped\"}")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void cancel_ofOpenUnitsBesideAParcel_leavesTheParcelItsStock() {
        engine.change("INSERT INTO products (product_id, name) VALUES ('beside', 'beside')");
        engine.change("INSERT INTO prices VALUES ('beside', 'USD', 1000)");
        engine.change(
                "INSERT INTO stock (product_id, location_id, on_hand) VALUES ('beside', 'loc-main', 3), ('beside', 'loc-city', 2)");
        String id = life.paid(of("c-beside", "beside", 5));
        life.fulfil(id, "{\"channel\": \"store_pickup\", \"items\": [{\"product_id\": \"beside\", \"quantity\": 2}]}");

        Answer cancelled =
                staff.post("/orders/" + id + "/cancel", "{\"items\": [{\"product_id\": \"beside\", \"quantity\": 3}]}");

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(life.tell(life.parcels(id).get(0), "shipped").text("status")).isEqualTo("fulfilled");
    }

    @Test
    void digitalOrder_oncePaid_fulfilsItself() {
        String id = staff.place(of("c-digital", "sku-0018", 1).put("fulfillment_channel", "digital"))
                .text("order_id");

        life.awaitStatus(id, "fulfilled");

        assertThat(events(id)).endsWith("fulfillment.created", "fulfillment.shipped", "fulfillment.delivered");
        await("its job is over")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(engine.number("SELECT count(*) FROM digital_fulfilments_due"))
                        .isZero());
    }

    @Test
    void returns_ofMoreThanShipped_areRefused_andEachIsReceivedOnce() {
        String id = life.delivered(of("c-back", "sku-0019", 3));
        String first = life.register(id, "sku-0019", 2);

        Answer tooMany = staff.post(
                "/orders/" + id + "/returns", "{\"items\": [{\"product_id\": \"sku-0019\", \"quantity\": 2}]}");
        List<Integer> statuses = IntStream.range(0, 4)
                .mapToObj(n -> staff.postLater("/orders/" + id + "/returns/" + first + "/receive", "{}"))
                .map(call -> call.join().status())
                .toList();

        assertThat(tooMany.errors()).containsExactly("/items/0/quantity too_many");
        assertThat(statuses).containsOnly(200);
        assertThat(life.order(id).text("status")).isEqualTo("fulfilled");
        assertThat(engine.number("SELECT sum(amount) FROM refunds WHERE order_id = ?::uuid", id))
                .isEqualTo(2 * (1899 + 1900));
        assertThat(engine.number("SELECT sum(units) FROM returns WHERE customer_id = 'c-back'"))
                .as("what the velocity rule counts")
                .isEqualTo(2);
    }

    @Test
    void customer_mayReturnWhatIsHis_andFulfilNothing() {
        String id = life.delivered(of("c-self", "sku-0020", 1));
        String body = "{\"items\": [{\"product_id\": \"sku-0020\", \"quantity\": 1}]}";

        assertThat(engine.asCustomer("c-other")
                        .post("/orders/" + id + "/returns", body)
                        .status())
                .isEqualTo(404);
        assertThat(engine.asCustomer("c-self")
                        .post("/orders/" + id + "/fulfill", "{}")
                        .status())
                .isEqualTo(403);
        assertThat(engine.asCustomer("c-self")
                        .post("/orders/" + id + "/returns", body)
                        .status())
                .isEqualTo(201);
        assertThat(life.patch("/fulfillments/" + UUID.randomUUID(), "{\"status\": \"shipped\"}")
                        .status())
                .isEqualTo(404);
    }

    private static String stock(String product, String location) {
        return engine.text(
                "SELECT concat_ws('/', on_hand, reserved, shipped, restocked) FROM stock WHERE product_id = ? AND location_id = ?",
                product,
                location);
    }

    private static List<String> events(String id) {
        return engine.texts("SELECT type FROM order_events WHERE order_id = ?::uuid ORDER BY sequence", id);
    }
}
