package dev.orderengine.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Products, kept in memory. A change reaches every engine as a notification of the database; placement checks the product's
 * version in its transaction, so that a stale price is never charged even when a notification is late or lost. Any thread.
 */
public final class Catalog {

    private static final int MAX_PRODUCTS = 200_000;
    private static final Duration MAX_AGE = Duration.ofMinutes(10);

    private final CatalogStore store;
    private final Cache<String, Product> cache = Caffeine.newBuilder()
            .maximumSize(MAX_PRODUCTS)
            .expireAfterWrite(MAX_AGE)
            .build();
    private final AtomicLong changes = new AtomicLong();

    public Catalog(CatalogStore store) {
        this.store = store;
    }

    /** The products of that ids; unknown ones are absent. Unknown ids are not remembered. */
    public Future<Map<String, Product>> products(Collection<String> productIds) {
        Map<String, Product> found = new HashMap<>();
        Set<String> missing = new HashSet<>();
        for (String id : productIds) {
            Product product = cache.getIfPresent(id);
            if (product == null) {
                missing.add(id);
            } else {
                found.put(id, product);
            }
        }
        if (missing.isEmpty()) {
            return Future.succeededFuture(found);
        }
        long before = changes.get();
        return store.products(missing).map(loaded -> remember(loaded, before, found));
    }

    /** Forgets a product, so that it is read anew. */
    public void forget(String productId) {
        changes.incrementAndGet();
        cache.invalidate(productId);
    }

    /** Forgets all, after notifications may have been missed. */
    public void forgetAll() {
        changes.incrementAndGet();
        cache.invalidateAll();
    }

    /** What was read while something changed may be what was there before: it is used, but not kept. */
    private Map<String, Product> remember(List<Product> loaded, long before, Map<String, Product> found) {
        for (Product product : loaded) {
            found.put(product.productId(), product);
            cache.put(product.productId(), product);
        }
        if (changes.get() != before) {
            loaded.forEach(product -> cache.invalidate(product.productId()));
        }
        return found;
    }
}
