package dev.orderengine.support;

import dev.orderengine.catalog.Catalog;
import dev.orderengine.catalog.PgCatalogStore;
import dev.orderengine.config.ConfigLoader;
import dev.orderengine.database.Database;
import dev.orderengine.database.Queries;
import dev.orderengine.dev.EmbeddedServices;
import dev.orderengine.http.token.TokenKeys;
import dev.orderengine.secrets.SecretStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Measures what the engine's memory of tokens and of products saves, and prints it: the median of single calls, one after the other.
 * {@code mvn -q test-compile exec:java -Dexec.mainClass=dev.orderengine.support.CachingCost -Dexec.classpathScope=test}
 */
public final class CachingCost {

    private static final int WARMUP = 5_000;
    private static final int CALLS = 5_000;

    private CachingCost() {}

    /** Starts an engine's servers, measures, and stops them. */
    public static void main(String[] arguments) {
        var vertx = Vertx.vertx();
        try (var services = EmbeddedServices.start();
                var engine = RunningEngine.start(services, CachingCost.class, RunningEngine.API_ONLY)) {
            var config = ConfigLoader.load(Path.of(""), engine.environment(), SecretStores::open);
            tokens(engine, new TokenKeys(vertx, config.auth(), Duration.ZERO, new SimpleMeterRegistry()));
            products(new Database(vertx, config.database()));
        } finally {
            vertx.close().await();
        }
    }

    private static void tokens(RunningEngine engine, TokenKeys keys) {
        keys.load().await();
        var signed = IntStream.range(0, WARMUP + CALLS)
                .mapToObj(i -> engine.tokens().token("service", "caller-" + i))
                .toList();
        print("verifying a token", median(i -> keys.verify(signed.get(i)).await()));
    }

    private static void products(Database database) {
        var catalog = new Catalog(
                new PgCatalogStore(database.readers(), Queries.on(database.readers()), database.transactions()));
        var three = List.of("sku-0001", "sku-0002", "sku-0003");
        print("three products from memory", median(i -> catalog.products(three).await()));
        print("three products from the database", median(i -> {
            catalog.forgetAll();
            catalog.products(three).await();
        }));
        database.close().await();
    }

    private static double median(IntConsumer call) {
        var nanos = new long[CALLS];
        for (var i = 0; i < WARMUP + CALLS; i++) {
            var begin = System.nanoTime();
            call.accept(i);
            if (i >= WARMUP) {
                nanos[i - WARMUP] = System.nanoTime() - begin;
            }
        }
        Arrays.sort(nanos);
        return nanos[CALLS / 2] / 1e3;
    }

    private static void print(String what, double micros) {
        System.out.printf("%-40s %8.1f µs%n", what, micros);
    }
}
