package dev.orderengine.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Clients that place one order after the other, each under an idempotency key of its own. A patient client sends an order again
 * under the same key until it is placed; an impatient one goes on to the next.
 */
public final class OrderLoad implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int CREATED = 201;
    private static final long END_SECONDS = 120;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Supplier<URI> engine;
    private final String token;
    private final List<String> paymentTokens;
    private final boolean patient;
    private final ExecutorService clients;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<String, String> placed = new ConcurrentHashMap<>();
    private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private volatile boolean ending;

    /**
     * One request.
     *
     * @param status 0 if no answer came
     * @param millis until the answer, or its absence
     */
    public record Attempt(String key, int status, long millis, String body) {}

    private OrderLoad(Supplier<URI> engine, String token, int clients, boolean patient, List<String> paymentTokens) {
        this.engine = engine;
        this.token = token;
        this.paymentTokens = paymentTokens;
        this.patient = patient;
        this.clients = Executors.newFixedThreadPool(clients);
        for (var i = 0; i < clients; i++) {
            this.clients.execute(this::run);
        }
    }

    /**
     * Starts clients that do not give up.
     *
     * @param engine where to send the next request
     * @param token of the caller
     * @param paymentTokens taken in turn
     */
    public static OrderLoad patient(Supplier<URI> engine, String token, int clients, List<String> paymentTokens) {
        return new OrderLoad(engine, token, clients, true, paymentTokens);
    }

    /** Starts clients that send each order once. */
    public static OrderLoad impatient(Supplier<URI> engine, String token, int clients) {
        return new OrderLoad(engine, token, clients, false, List.of("tok_visa"));
    }

    /** How many orders were answered with 201. */
    public int placedSoFar() {
        return placed.size();
    }

    /** The ids of the orders that were answered with 201, by key. */
    public Map<String, String> placed() {
        return Map.copyOf(placed);
    }

    /** All requests that ended so far. */
    public List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /** Sends no new order; returns when all that were begun have ended. */
    public void finish() {
        ending = true;
        clients.shutdown();
        try {
            if (!clients.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("orders are not placed after " + END_SECONDS + " s: " + lastAttempts());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        ending = true;
        clients.shutdownNow();
    }

    private void run() {
        while (!ending) {
            var number = numbers.incrementAndGet();
            place("load-" + number, order(number));
        }
    }

    private void place(String key, String order) {
        while (!Thread.currentThread().isInterrupted()) {
            var attempt = attempt(key, order);
            attempts.add(attempt);
            if (attempt.status() == CREATED) {
                placed.put(key, orderId(attempt));
                return;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            if (!patient) {
                return;
            }
        }
    }

    private Attempt attempt(String key, String order) {
        var begin = System.nanoTime();
        try {
            var answer = http.send(request(key, order), BodyHandlers.ofString());
            return new Attempt(key, answer.statusCode(), millisSince(begin), answer.body());
        } catch (IOException e) {
            return new Attempt(key, 0, millisSince(begin), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Attempt(key, 0, millisSince(begin), e.toString());
        }
    }

    private HttpRequest request(String key, String order) {
        return HttpRequest.newBuilder(engine.get().resolve("/api/v1/orders"))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(order))
                .build();
    }

    /** Few products, so that orders meet at their stock. */
    private String order(int number) {
        ObjectNode order = OrderRequests.of("c-" + number % 50, "sku-000" + (1 + number % 3), 1 + number % 4);
        OrderRequests.with(order, "sku-000" + (4 + number % 3), 1);
        order.put("payment_token", paymentTokens.get(number % paymentTokens.size()));
        return order.toString();
    }

    private static String orderId(Attempt attempt) {
        try {
            JsonNode body = JSON.readTree(attempt.body());
            return body.get("order_id").asText();
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + attempt, e);
        }
    }

    private List<Attempt> lastAttempts() {
        var all = attempts();
        return all.subList(Math.max(0, all.size() - 5), all.size());
    }

    private static long millisSince(long begin) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }
}
