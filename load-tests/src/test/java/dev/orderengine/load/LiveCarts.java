package dev.orderengine.load;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Carts that other customers have left: they are there during the whole run, and are read now and then. */
final class LiveCarts {

    private static final int AT_ONCE = 32;
    private static final int CREATED = 201;
    private static final int PRODUCTS = 99;

    private final List<String> ids;

    LiveCarts(int carts) {
        this.ids = IntStream.range(0, carts)
                .mapToObj(i -> UUID.randomUUID().toString())
                .toList();
    }

    /** Puts them all; returns when they are there. */
    void fill(Settings settings) {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        Semaphore free = new Semaphore(AT_ONCE);
        CompletableFuture<?>[] puts = ids.stream()
                .map(id -> {
                    free.acquireUninterruptibly();
                    return client.sendAsync(put(settings, id), HttpResponse.BodyHandlers.ofString())
                            .whenComplete((answer, fault) -> free.release())
                            .thenAccept(LiveCarts::requireCreated);
                })
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(puts).join();
    }

    /** The id of one of them. */
    String any() {
        return ids.get(ThreadLocalRandom.current().nextInt(ids.size()));
    }

    /** A cart of one to five products. */
    static String body() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String items = random.ints(1, PRODUCTS + 1)
                .distinct()
                .limit(1 + random.nextInt(5))
                .mapToObj(product ->
                        "{\"product_id\":\"sku-%04d\",\"quantity\":%d}".formatted(product, 1 + random.nextInt(2)))
                .collect(Collectors.joining(",", "[", "]"));
        return "{\"customer_id\":\"load-%d\",\"items\":%s}".formatted(random.nextInt(100_000), items);
    }

    /** What a customer of the simulation needs: session attributes of a cart of its own, and of one of these. */
    Map<String, Object> customer() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return Map.of(
                "cart", UUID.randomUUID().toString(),
                "body", body(),
                "sku", "sku-%04d".formatted(1 + random.nextInt(PRODUCTS)),
                "other", any(),
                "key", UUID.randomUUID().toString());
    }

    private static HttpRequest put(Settings settings, String id) {
        return HttpRequest.newBuilder(URI.create(settings.baseUrl() + "/api/v1/carts/" + id))
                .header("Authorization", "Bearer " + settings.token())
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body()))
                .build();
    }

    private static void requireCreated(HttpResponse<String> answer) {
        if (answer.statusCode() != CREATED) {
            throw new IllegalStateException("a cart was answered with " + answer.statusCode() + " " + answer.body());
        }
    }
}
