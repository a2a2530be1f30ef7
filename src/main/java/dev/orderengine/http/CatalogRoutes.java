package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.catalog.Catalog;
import dev.orderengine.catalog.CatalogStore;
import dev.orderengine.catalog.Product;
import dev.orderengine.catalog.ProductDetails;
import dev.orderengine.database.Written;
import dev.orderengine.http.AuditTrail.Change;
import dev.orderengine.money.Money;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The catalogue, read and written. */
final class CatalogRoutes {

    private final CatalogStore store;
    private final Catalog cached;
    private final RequestBody bodies;
    private final AuditTrail audit;
    private final JsonOut json;

    /** @param cached forgets at once what is written here; the other engines are told by the database */
    CatalogRoutes(CatalogStore store, Catalog cached, RequestBody bodies, AuditTrail audit, JsonOut json) {
        this.store = store;
        this.cached = cached;
        this.bodies = bodies;
        this.audit = audit;
        this.json = json;
    }

    void get(RoutingContext context) {
        Deadline.of(store.products(List.of(Identifiers.inPath(context))))
                .map(found -> found.stream().findFirst().orElseThrow(() -> new ProblemException(Problem.notFound())))
                .onSuccess(product -> Responses.versioned(context, version(product), body(product)))
                .onFailure(context::fail);
    }

    void list(RoutingContext context) {
        Query query = new Query(context, Set.of("limit", "cursor"));
        int limit = query.limit();
        String after = query.parsed("cursor", CatalogRoutes::decode, "the next_cursor of the page before");
        query.check();
        Deadline.of(store.page(after == null ? "" : after, limit + 1))
                .onSuccess(found -> answer(context, found, limit))
                .onFailure(context::fail);
    }

    /** Creates or replaces a product. */
    void put(RoutingContext context) {
        String productId = Identifiers.inPath(context);
        Preconditions preconditions = Preconditions.of(context);
        ProductDetails product = ProductDecoder.decode(
                        productId, bodies.read(context.body().buffer()))
                .orRefuse();
        Future<Written<Product>> written = store.put(
                        product,
                        found -> preconditions.allow(found.map(CatalogRoutes::version)),
                        audit.recording(context, CatalogRoutes::change))
                .onSuccess(this::announce);
        Deadline.of(written)
                .onSuccess(write ->
                        Responses.written(context, write, "/products/" + productId, CatalogRoutes::version, this::body))
                .onFailure(context::fail);
    }

    private void announce(Written<Product> written) {
        if (written.changed()) {
            cached.forget(written.thing().productId());
        }
    }

    private static Optional<Change> change(Written<Product> written) {
        return Optional.of(written).filter(Written::changed).map(changed -> {
            Product product = changed.thing();
            return new Change(
                    "product.put",
                    product.productId(),
                    changed.outcome().wire(),
                    Map.of("version", product.version(), "active", product.active(), "prices", prices(product)));
        });
    }

    private static Map<String, String> prices(Product product) {
        return product.prices().values().stream()
                .collect(Collectors.toMap(price -> price.currency().getCurrencyCode(), Money::toDecimal));
    }

    private static String version(Product product) {
        return String.valueOf(product.version());
    }

    private Buffer body(Product product) {
        return json.object(out -> product(product, out));
    }

    private void answer(RoutingContext context, List<Product> found, int limit) {
        List<Product> page = found.size() > limit ? found.subList(0, limit) : found;
        String next = found.size() > limit ? encode(page.get(limit - 1).productId()) : null;
        Pages.answer(context, json, page, next, CatalogRoutes::product);
    }

    private static void product(Product product, JsonGenerator out) throws IOException {
        out.writeStringField("product_id", product.productId());
        out.writeStringField("name", product.name());
        out.writeBooleanField("active", product.active());
        out.writeObjectFieldStart("prices");
        List<Money> prices = product.prices().values().stream()
                .sorted(Comparator.comparing(price -> price.currency().getCurrencyCode()))
                .toList();
        for (Money price : prices) {
            OrderJson.amount(price.currency().getCurrencyCode(), price, out);
        }
        out.writeEndObject();
    }

    private static String encode(String productId) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(productId.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String cursor) {
        String productId = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        if (productId.isEmpty() || JsonFields.hasUnstorable(productId)) {
            throw new IllegalArgumentException("not a cursor");
        }
        return productId;
    }
}
