package dev.orderengine.crowd;

import static dev.orderengine.support.OrderRequests.of;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Management;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What thousands of watchers cost one engine, and whether all are told: 5,000 event streams and 5,000 held calls at once, then clients
 * that stop reading. Prints one JSON document, and fails if something that was promised did not hold. Started by
 * {@code load-tests/bench.sh --crowd}; settings are environment variables.
 */
public final class CrowdProof {

    private static final int ORDERS = 100;
    private static final int STAFF = 20;
    private static final int SLOW = 80;
    private static final int MOST_RESIDENT_MEGABYTES = 1_024;
    private static final int MOST_GROWTH_MEGABYTES = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PATIENCE_WITH_SLOW = Duration.ofSeconds(120);

    private final int streams = number("WATCHERS", 5_000);
    private final int heldCalls = number("WATCHERS", 5_000);
    private final int holdSeconds = number("HOLD_SECONDS", 40);
    private final Management management = new Management(number("ENGINE_HTTP_MANAGEMENT_PORT", 8_081));
    private final EngineMemory memory = new EngineMemory(number("ENGINE_PID", 0), management);
    private final Api api;
    private final Crowd crowd;
    private final Told told = new Told();
    private final Told toldSlow = new Told();
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();

    private CrowdProof(Vertx vertx) {
        URI engine = URI.create("http://127.0.0.1:" + number("ENGINE_HTTP_PORT", 8_080));
        String token = System.getenv("TOKEN_SERVICE");
        api = new Api(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), engine, token);
        crowd = new Crowd(vertx, engine, token, streams + heldCalls);
    }

    /** Runs against an engine that is started. */
    public static void main(String[] arguments) throws JsonProcessingException {
        Vertx vertx = Vertx.vertx();
        try {
            CrowdProof proof = new CrowdProof(vertx);
            proof.run();
            System.out.println(new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(proof.figures));
            if (!proof.broken.isEmpty()) {
                throw new IllegalStateException("Broken: " + proof.broken);
            }
        } finally {
            vertx.close().await();
        }
    }

    private void run() {
        posts(20);
        figures.put("alone", figuresNow(posts(10)));
        List<Watched> orders = paidOrders();
        connect(orders);
        hold();
        orders = tellAll("one_order_changes", orders.subList(0, 1), orders);
        tellAll("all_orders_change", orders, orders);
        slowClients();
        figures.put("most_resident_mb", memory.mostResident());
        require("resident memory fits 1 GiB", memory.mostResident() < MOST_RESIDENT_MEGABYTES);
        figures.put("broken", broken);
    }

    private List<Watched> paidOrders() {
        List<String> ids = IntStream.range(0, ORDERS)
                .mapToObj(i -> api.place(of("crowd-" + i, "sku-0001", 1)).text("order_id"))
                .toList();
        return ids.stream().map(this::paid).toList();
    }

    private Watched paid(String id) {
        await(
                "order " + id + " is paid",
                () -> status(id).text("payment_status").equals("captured"));
        return new Watched(id, version(status(id)));
    }

    private void connect(List<Watched> orders) {
        long begin = System.nanoTime();
        crowd.followAll(STAFF, told);
        crowd.followAllForAWhile(SLOW, toldSlow);
        crowd.followOrders(orders, streams - STAFF - SLOW, told);
        crowd.holdCalls(orders, heldCalls, told);
        await("all are connected", () -> open("streams") == streams && open("held") == heldCalls);
        figures.put("connected_after_s", seconds(begin));
    }

    /** Long enough for comments on each stream, and for held calls to be answered and made anew. */
    private void hold() {
        Latency beside = posts(holdSeconds);
        Map<String, Object> held = figuresNow(beside);
        held.put("streams", open("streams"));
        await("all are held", () -> open("held") == heldCalls);
        held.put("held_calls", open("held"));
        held.put("lost", crowd.lost());
        figures.put("beside_the_crowd", held);
        require("no watcher is lost", crowd.lost() == 0 && open("streams") == streams);
    }

    /** Changes orders, and waits until each of their watchers knows. */
    private List<Watched> tellAll(String name, List<Watched> changing, List<Watched> all) {
        long begin = System.nanoTime();
        Map<String, Watched> changed =
                changing.stream().map(this::change).collect(Collectors.toMap(Watched::id, it -> it));
        int each = (streams - STAFF - SLOW) / all.size() + heldCalls / all.size() + STAFF;
        BooleanSupplier everybody = () -> changed.values().stream().allMatch(order -> times(order) >= each);
        boolean reached = became(everybody, PATIENCE);
        figures.put(
                name,
                new LinkedHashMap<>(Map.of(
                        "watchers",
                        each * changed.size(),
                        "told",
                        changed.values().stream().mapToInt(this::times).sum(),
                        "first_change_to_last_told_ms",
                        (told.last() - begin) / 1_000_000)));
        require(
                name + ": all watchers are told, once",
                reached && changed.values().stream().allMatch(order -> times(order) == each));
        return all.stream()
                .map(order -> changed.getOrDefault(order.id(), order))
                .toList();
    }

    private Watched change(Watched order) {
        Answer answer = api.patch(
                "/orders/" + order.id(),
                "{\"metadata\": {\"round\": \"" + order.version() + "\"}}",
                "If-Match",
                "\"" + order.version() + "\"");
        if (answer.status() != 200) {
            throw new IllegalStateException(answer.status() + " " + answer.body());
        }
        return new Watched(order.id(), version(answer));
    }

    /** Some follow all orders and stop reading, while orders arrive. */
    private void slowClients() {
        List<Map<String, Object>> samples = new ArrayList<>();
        long begin = System.nanoTime();
        long liveBefore = memory.live();
        double cutBefore = cut();
        crowd.stopReading();
        List<String> placed = new ArrayList<>();
        long mostLive = 0;
        while (cut() - cutBefore < SLOW && elapsed(begin).compareTo(PATIENCE_WITH_SLOW) < 0) {
            IntStream.range(0, 10).forEach(i -> placed.addAll(placeBatch()));
            Map<String, Object> sample = new LinkedHashMap<>();
            long live = memory.live();
            mostLive = Math.max(mostLive, live);
            sample.put("s", seconds(begin));
            sample.put("live_mb", live);
            sample.put("resident_mb", memory.resident());
            sample.put("streams", open("streams"));
            sample.put("cut", cut() - cutBefore);
            samples.add(sample);
        }
        boolean othersTold =
                became(() -> placed.stream().allMatch(id -> told.times(Told.event(id, 1)) == STAFF), PATIENCE);
        Map<String, Object> slow = new LinkedHashMap<>();
        slow.put("clients_that_stop_reading", SLOW);
        slow.put("cut", cut() - cutBefore);
        slow.put("orders_placed_meanwhile", placed.size());
        slow.put("live_before_mb", liveBefore);
        slow.put("most_live_mb", mostLive);
        slow.put("live_after_mb", memory.live());
        slow.put("samples", samples);
        figures.put("slow_clients", slow);
        require("each slow client is cut off, and nobody else", cut() - cutBefore == SLOW && crowd.lost() == 0);
        require("slow clients do not grow the heap", mostLive - liveBefore < MOST_GROWTH_MEGABYTES);
        require("those who read are told of everything", othersTold);
    }

    /** Fifty orders in one call, at most ten calls a second; those that were placed. */
    private List<String> placeBatch() {
        long begin = System.nanoTime();
        String orders = IntStream.range(0, 50)
                .mapToObj(i -> of("crowd-batch-" + i, "sku-0002", 1)
                        .put("idempotency_key", UUID.randomUUID().toString())
                        .toString())
                .collect(Collectors.joining(",", "[", "]"));
        List<String> ids = api.post("/orders/batch", orders)
                .elements("results")
                .filter(result -> result.get("status").asInt() == 201)
                .map(result -> result.get("order").get("order_id").asText())
                .toList();
        rest(begin, Duration.ofMillis(100));
        return ids;
    }

    private Map<String, Object> figuresNow(Latency posts) {
        Map<String, Object> now = new LinkedHashMap<>();
        now.put("live_mb", memory.live());
        now.put("resident_mb", memory.resident());
        now.put("post_orders", posts.figures());
        return now;
    }

    /** Ten orders a second, one after the other. */
    private Latency posts(int seconds) {
        return Latency.of(IntStream.range(0, seconds * 10)
                .mapToDouble(i -> {
                    long begin = System.nanoTime();
                    Answer answer = api.place(of("crowd-post-" + i % 1_000, "sku-0003", 1));
                    double millis = (System.nanoTime() - begin) / 1e6;
                    require("an order is placed: " + answer.status(), answer.status() == 201);
                    rest(begin, Duration.ofMillis(100));
                    return millis;
                })
                .toArray());
    }

    private Answer status(String id) {
        return api.get("/orders/" + id + "/status");
    }

    private int times(Watched order) {
        return told.times(Told.event(order.id(), order.version()));
    }

    private int open(String calls) {
        return (int) management.metric("http_server_in_flight", "calls=\"" + calls + "\"");
    }

    private double cut() {
        return management.metric("http_streams_cut_total");
    }

    private void require(String promise, boolean holds) {
        if (!holds) {
            broken.add(promise);
        }
    }

    private void await(String what, BooleanSupplier condition) {
        if (!became(condition, PATIENCE)) {
            throw new IllegalStateException("Not so after " + PATIENCE + ": " + what);
        }
    }

    private static boolean became(BooleanSupplier condition, Duration patience) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (elapsed(begin).compareTo(patience) > 0) {
                return false;
            }
            rest(System.nanoTime(), Duration.ofMillis(50));
        }
        return true;
    }

    private static void rest(long since, Duration until) {
        try {
            TimeUnit.NANOSECONDS.sleep(until.minus(elapsed(since)).toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Duration elapsed(long since) {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    private static double seconds(long since) {
        return elapsed(since).toMillis() / 1e3;
    }

    private static int version(Answer answer) {
        return Integer.parseInt(answer.header("ETag").orElseThrow().replace("\"", ""));
    }

    private static int number(String variable, int usual) {
        String value = System.getenv(variable);
        return value == null ? usual : Integer.parseInt(value);
    }
}
