package dev.orderengine.catalog;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;

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
}
