package dev.orderengine.crowd;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The watchers, each on a connection of its own: streams of single orders, streams of all orders, held calls. Calls block. */
final class Crowd {

    private static final int CONNECTING_AT_ONCE = 100;
    private static final int SMALL_BUFFER_BYTES = 4_096;

    private final URI engine;
    private final String token;
    private final HttpClient client;
    private final HttpClient slowClient;
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger lostSlow = new AtomicInteger();
    private final List<Watcher> slow = new ArrayList<>();

    /** @param most connections */
    Crowd(Vertx vertx, URI engine, String token, int most) {
        this.engine = engine;
        this.token = token;
        PoolOptions pool = new PoolOptions().setHttp1MaxSize(most);
        HttpClientOptions options = new HttpClientOptions().setTcpNoDelay(true);
        this.client = vertx.createHttpClient(options, pool);
        // What the network holds for it is soon full.
        this.slowClient =
                vertx.createHttpClient(new HttpClientOptions(options).setReceiveBufferSize(SMALL_BUFFER_BYTES), pool);
    }

    /** Follows single orders, as many streams as wanted, in turn. */
    void followOrders(List<Watched> orders, int streams, Told told) {
        openAll(IntStream.range(0, streams)
                .mapToObj(i -> orders.get(i % orders.size()).id())
                .<Supplier<Future<Void>>>map(id -> () -> watcher("/orders/" + id + "/events", told).stream(id))
                .toList());
    }

    /** Holds calls on single orders, in turn. */
    void holdCalls(List<Watched> orders, int calls, Told told) {
        openAll(IntStream.range(0, calls)
                .<Supplier<Future<Void>>>mapToObj(i -> {
                    Watched order = orders.get(i % orders.size());
                    Watcher watcher = watcher("/orders/" + order.id() + "/status", told);
                    return () -> watcher.hold(order.id(), order.version());
                })
                .toList());
    }

    /** Follows all orders. */
    void followAll(int streams, Told told) {
        openAll(IntStream.range(0, streams)
                .<Supplier<Future<Void>>>mapToObj(i -> () -> watcher("/events", told).stream(null))
                .toList());
    }

    /** Follows all orders, too, until {@link #stopReading()}. */
    void followAllForAWhile(int streams, Told told) {
        IntStream.range(0, streams)
                .mapToObj(i -> new Watcher(slowClient, to("/events"), told, lostSlow))
                .forEach(slow::add);
        openAll(slow.stream()
                .<Supplier<Future<Void>>>map(one -> () -> one.stream(null))
                .toList());
    }

    void stopReading() {
        slow.forEach(Watcher::stopReading);
    }

    /** How many of those who read lost their connection. */
    int lost() {
        return lost.get();
    }

    private Watcher watcher(String path, Told told) {
        return new Watcher(client, to(path), told, lost);
    }

    private RequestOptions to(String path) {
        return new RequestOptions()
                .setHost(engine.getHost())
                .setPort(engine.getPort())
                .setURI("/api/v1" + path)
                .putHeader("Authorization", "Bearer " + token);
    }

    private static void openAll(List<Supplier<Future<Void>>> openings) {
        Semaphore free = new Semaphore(CONNECTING_AT_ONCE);
        List<Future<Void>> opened = new ArrayList<>();
        for (Supplier<Future<Void>> opening : openings) {
            free.acquireUninterruptibly();
            opened.add(opening.get().onComplete(done -> free.release()));
        }
        Future.all(opened).await();
    }
}
