package dev.orderengine.catalog;

import dev.orderengine.audit.Recording;
import dev.orderengine.database.Written;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Where products are kept. */
public interface CatalogStore {

    /** The products of that ids, as they are now; unknown ones are absent. */
    Future<List<Product>> products(Collection<String> productIds);

    /**
     * A page of all products in the order of their ids.
     *
     * @param after the last id of the page before; the empty string for the first page
     * @param limit products at most
     */
    Future<List<Product>> page(String after, int limit);

    /**
     * Creates or replaces a product with all its prices, in one transaction.
     *
     * @param expected tells whether the product may be written as it is now (empty: there is none); may be asked more than once
     * @param recording of what comes of it
     */
    Future<Written<Product>> put(
            ProductDetails details, Predicate<Optional<Product>> expected, Recording<Written<Product>> recording);
}
