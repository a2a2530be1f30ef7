package dev.orderengine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.audit.Recording;
import dev.orderengine.database.Written;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class CatalogTest {

    private final SlowStore store = new SlowStore();
    private final Catalog catalog = new Catalog(store);

    @Test
    void products_readOnce_areKeptUntilForgotten() {
        read(1);

        assertThat(versionOf(catalog.products(List.of("sku")))).isEqualTo(1);
        catalog.forget("sku");
        assertThat(read(2)).isEqualTo(2);
        catalog.forgetAll();
        assertThat(read(3)).isEqualTo(3);
    }

    @Test
    void products_thatAreUnknown_areNotRemembered() {
        Future<Map<String, Product>> nothing = catalog.products(List.of("sku"));
        store.answer(List.of());
        assertThat(nothing.result()).isEmpty();

        assertThat(read(1)).isEqualTo(1);
    }

    @Test
    void products_readWhileTheyChange_areUsedButNotKept() {
        Future<Map<String, Product>> reading = catalog.products(List.of("sku"));
        catalog.forget("sku");
        store.answer(List.of(product(1)));

        assertThat(versionOf(reading)).isEqualTo(1);
        assertThat(read(2)).isEqualTo(2);
    }

    @Test
    void products_readWhileNotificationsWereMissed_areUsedButNotKept() {
        Future<Map<String, Product>> reading = catalog.products(List.of("sku"));
        catalog.forgetAll();
        store.answer(List.of(product(1)));

        assertThat(versionOf(reading)).isEqualTo(1);
        assertThat(read(2)).isEqualTo(2);
    }

    /** Reads the product, which must not be in memory, in the version that the store has. */
    private int read(int version) {
        Future<Map<String, Product>> reading = catalog.products(List.of("sku"));
        store.answer(List.of(product(version)));
        return versionOf(reading);
    }

    private static int versionOf(Future<Map<String, Product>> read) {
        assertThat(read.succeeded()).as("it is in memory").isTrue();
        return read.result().get("sku").version();
    }

    private static Product product(int version) {
        return new Product("sku", "Thing", true, version, Map.of());
    }

    /** Answers when it is told to. */
    private static final class SlowStore implements CatalogStore {

        private final List<Promise<List<Product>>> asked = new ArrayList<>();

        void answer(List<Product> products) {
            asked.remove(0).complete(products);
        }

        @Override
        public Future<List<Product>> products(Collection<String> productIds) {
            Promise<List<Product>> answer = Promise.promise();
            asked.add(answer);
            return answer.future();
        }

        @Override
        public Future<List<Product>> page(String after, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Written<Product>> put(
                ProductDetails details, Predicate<Optional<Product>> expected, Recording<Written<Product>> recording) {
            throw new UnsupportedOperationException();
        }
    }
}
