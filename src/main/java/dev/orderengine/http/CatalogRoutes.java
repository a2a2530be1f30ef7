package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.catalog.CatalogStore;
import dev.orderengine.catalog.Product;
import dev.orderengine.money.Money;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** The reads of the catalogue. */
final class CatalogRoutes {

    private final CatalogStore catalog;
    private final JsonOut json;

    CatalogRoutes(CatalogStore catalog, JsonOut json) {
        this.catalog = catalog;
        this.json = json;
    }

    void get(RoutingContext context) {
        Deadline.of(catalog.products(List.of(Identifiers.inPath(context))))
                .map(found -> found.stream().findFirst().orElseThrow(() -> new ProblemException(Problem.notFound())))
                .onSuccess(product -> Responses.versioned(
                        context, String.valueOf(product.version()), json.object(out -> product(product, out))))
                .onFailure(context::fail);
    }

    void list(RoutingContext context) {
        Query query = new Query(context, Set.of("limit", "cursor"));
        int limit = query.limit();
        String after = query.parsed("cursor", CatalogRoutes::decode, "the next_cursor of the page before");
        query.check();
        Deadline.of(catalog.page(after == null ? "" : after, limit + 1))
                .onSuccess(found -> answer(context, found, limit))
                .onFailure(context::fail);
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
        if (JsonFields.hasUnstorable(productId)) {
            throw new IllegalArgumentException("not a cursor");
        }
        return productId;
    }
}
