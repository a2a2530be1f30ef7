package dev.orderengine.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusWatchTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final Versions orders = new Versions();
    private final StatusWatch watch = new StatusWatch(vertx, orders, Duration.ofMillis(5));

    /** Orders with nothing but versions. */
    private static final class Versions implements OrderStore {

        private final Map<UUID, Integer> versions = new ConcurrentHashMap<>();
        private final AtomicInteger looks = new AtomicInteger();
        private volatile boolean away;

        @Override
        public Future<Map<UUID, OrderStatusView>> statuses(Collection<UUID> ids) {
            looks.incrementAndGet();
            if (away) {
                return Future.failedFuture("away");
            }
            Map<UUID, OrderStatusView> found = new HashMap<>();
            ids.stream().filter(versions::containsKey).forEach(id -> found.put(id, view(id, versions.get(id))));
            return Future.succeededFuture(found);
        }

        private static OrderStatusView view(UUID id, int version) {
            return new OrderStatusView(
                    id,
                    "c-1",
                    OrderStatus.PENDING,
                    PaymentStatus.NONE,
                    FulfillmentStatus.UNFULFILLED,
                    version,
                    Instant.EPOCH);
        }

        @Override
        public Future<Optional<Order>> find(UUID orderId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<List<Order>> list(OrderFilter filter, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<List<OrderEvent>> events(UUID orderId, int after, int limit) {
            throw new UnsupportedOperationException();
        }
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void changed_isTrueAsSoonAsTheVersionMoved() {
        UUID id = order(1);
        Future<Boolean> changed = on(() -> watch.changed(id, 1, LONG));

        orders.versions.put(id, 2);

        assertThat(changed.await()).isTrue();
        assertThat(on(watch::size)).isZero();
    }

    @Test
    void changed_isFalseWhenNothingHappened() {
        UUID id = order(1);

        assertThat(on(() -> watch.changed(id, 1, Duration.ofMillis(30))).await())
                .isFalse();
        assertThat(on(watch::size)).isZero();
    }

    @Test
    void changed_withoutPatience_isFalseSoon() {
        assertThat(on(() -> watch.changed(order(1), 1, Duration.ZERO)).await()).isFalse();
    }

    @Test
    void changed_ofAnOrderThatIsGone_waitsUntilTheTimeIsOver() {
        assertThat(on(() -> watch.changed(UUID.randomUUID(), 1, Duration.ofMillis(30)))
                        .await())
                .isFalse();
    }

    @Test
    void changed_tellsAllWhoWait_andOnlyThem() {
        UUID moved = order(1);
        UUID still = order(1);
        Future<Boolean> first = on(() -> watch.changed(moved, 1, LONG));
        Future<Boolean> second = on(() -> watch.changed(moved, 1, LONG));
        Future<Boolean> other = on(() -> watch.changed(still, 1, LONG));

        orders.versions.put(moved, 2);

        assertThat(first.await()).isTrue();
        assertThat(second.await()).isTrue();
        assertThat(other.isComplete()).isFalse();
        assertThat(on(watch::size)).isEqualTo(1);
    }

    @Test
    void changed_whileTheDatabaseIsAway_isToldOnceItIsBack() {
        UUID id = order(1);
        orders.away = true;
        Future<Boolean> changed = on(() -> watch.changed(id, 1, LONG));
        await().until(() -> orders.looks.get() >= 2);

        orders.versions.put(id, 2);
        orders.away = false;

        assertThat(changed.await()).isTrue();
    }

    @Test
    void watch_looksOnlyWhileSomebodyWaits() {
        on(() -> watch.changed(order(1), 1, Duration.ofMillis(20))).await();
        // One tick may be under way; after it there is none.
        await().until(() -> {
            int looks = orders.looks.get();
            vertx.timer(40).await();
            return looks == orders.looks.get();
        });
    }

    private UUID order(int version) {
        UUID id = UUID.randomUUID();
        orders.versions.put(id, version);
        return id;
    }

    /** The watch is confined to one event loop. */
    private <T> T on(Callable<T> work) {
        return Future.<T>future(promise -> loop.runOnContext(now -> {
                    try {
                        promise.complete(work.call());
                    } catch (Exception e) {
                        promise.fail(e);
                    }
                }))
                .await();
    }
}
