package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.database.AnsweredKeys;
import dev.orderengine.database.Once;
import dev.orderengine.database.RequestKey;
import dev.orderengine.http.AuditTrail.Change;
import dev.orderengine.inventory.Inventory;
import dev.orderengine.inventory.StockChange;
import dev.orderengine.inventory.StockLevels;
import dev.orderengine.inventory.Stocktake;
import dev.orderengine.inventory.Stocktaking;
import dev.orderengine.order.Fault;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Stock, read and changed. Its entity tags are made of what an answer says, for placement gives it no versions. */
final class InventoryRoutes {

    private static final int MAX_PRODUCTS = 100;

    private final Inventory inventory;
    private final Stocktaking stocktaking;
    private final RequestBody bodies;
    private final AuditTrail audit;
    private final Problems problems;
    private final JsonOut json;
    private final Supplier<UUID> ids;
    private final Clock clock;

    /** @param ids UUIDv7 */
    InventoryRoutes(
            Inventory inventory,
            Stocktaking stocktaking,
            RequestBody bodies,
            AuditTrail audit,
            Problems problems,
            JsonOut json,
            Supplier<UUID> ids,
            Clock clock) {
        this.inventory = inventory;
        this.stocktaking = stocktaking;
        this.bodies = bodies;
        this.audit = audit;
        this.problems = problems;
        this.json = json;
        this.ids = ids;
        this.clock = clock;
    }

    void get(RoutingContext context) {
        Deadline.of(inventory.levels(List.of(Identifiers.inPath(context))))
                .map(found -> found.stream().findFirst().orElseThrow(() -> new ProblemException(Problem.notFound())))
                .onSuccess(levels -> answer(context, body(levels)))
                .onFailure(context::fail);
    }

    /** The products that are asked for, in that order; unknown ones are left out. */
    void list(RoutingContext context) {
        Query query = new Query(context, Set.of("product_id"));
        List<String> productIds = query.identifiers("product_id", MAX_PRODUCTS);
        query.check();
        Deadline.of(inventory.levels(productIds))
                .map(found -> inOrder(productIds, found))
                .onSuccess(levels ->
                        answer(context, json.object(out -> Pages.items(levels, InventoryRoutes::levels, out))))
                .onFailure(context::fail);
    }

    /** Sets or adjusts what is on hand at a location. */
    void put(RoutingContext context) {
        Buffer body = context.body().buffer();
        Preconditions preconditions = Preconditions.of(context);
        RequestKey key = IdempotencyKeys.requestKey(context, body, ids, clock);
        StockChange change = StockDecoder.decode(bodies.read(body)).orRefuse();
        String productId = Identifiers.inPath(context);
        String locationId = Identifiers.inPath(context, "location");
        Stocktaking.Request request = new Stocktaking.Request(
                productId,
                locationId,
                change,
                levels -> preconditions.allow(Optional.of(Responses.versionOf(body(levels)))),
                (levels, created) -> new AnsweredKeys.Answer(
                        created ? 201 : 200, body(levels).toString(StandardCharsets.UTF_8)),
                key,
                audit.recording(context, outcome -> change(productId + " at " + locationId, outcome)));
        Deadline.of(stocktaking.run(request))
                .onSuccess(outcome -> answer(context, outcome))
                .onFailure(context::fail);
    }

    private static Optional<Change> change(String subject, Once<Stocktake> outcome) {
        return outcome instanceof Once.Done<Stocktake> made && made.result() instanceof Stocktake.Done done
                ? Optional.of(new Change(
                        "stock.put",
                        subject,
                        done.created() ? "created" : "replaced",
                        Map.of("difference", done.difference())))
                : Optional.empty();
    }

    private void answer(RoutingContext context, Once<Stocktake> outcome) {
        if (outcome instanceof Once.Refused<Stocktake> refused) {
            refuse(context, refused.result());
        } else {
            IdempotencyKeys.answer(context, outcome, this::answer);
        }
    }

    private void refuse(RoutingContext context, Stocktake refusal) {
        if (refusal instanceof Stocktake.BelowReserved below) {
            refuse(context, below);
        } else {
            context.fail(new ProblemException(problem(refusal)));
        }
    }

    private void answer(RoutingContext context, AnsweredKeys.Answer answer) {
        Buffer body = Buffer.buffer(answer.body());
        context.response().putHeader(HttpHeaders.ETAG, Responses.etag(Responses.versionOf(body)));
        Responses.json(context, answer.status(), body);
    }

    private void answer(RoutingContext context, Buffer body) {
        Responses.versioned(context, Responses.versionOf(body), body);
    }

    private void refuse(RoutingContext context, Stocktake.BelowReserved below) {
        Problem problem = Problem.of(
                409,
                "below_reserved",
                "There would be less than is reserved",
                below.now().reserved() + " of the " + below.now().onHand() + " on hand are reserved, " + below.wanted()
                        + " would be left.");
        problems.answer(context, problem, out -> {
            out.writeNumberField("status", problem.status());
            level(below.now(), out);
        });
    }

    private static Problem problem(Stocktake stocktake) {
        if (stocktake instanceof Stocktake.Unknown unknown) {
            return Problem.of(404, "not_found", "There is no such thing", "There is no " + unknown.what() + ".");
        }
        if (stocktake instanceof Stocktake.BeyondCount beyond) {
            return Problem.unprocessable(List.of(new Fault(
                    "/adjust",
                    "out_of_range",
                    "would make it " + beyond.wanted() + ", and at most " + Integer.MAX_VALUE + " can be counted")));
        }
        return Preconditions.failed();
    }

    private static List<StockLevels> inOrder(List<String> productIds, List<StockLevels> found) {
        Map<String, StockLevels> byId =
                found.stream().collect(Collectors.toMap(StockLevels::productId, Function.identity()));
        return productIds.stream().map(byId::get).filter(Objects::nonNull).toList();
    }

    private Buffer body(StockLevels levels) {
        return json.object(out -> levels(levels, out));
    }

    private static void levels(StockLevels levels, JsonGenerator out) throws IOException {
        out.writeStringField("product_id", levels.productId());
        counts(levels.onHand(), levels.reserved(), levels.available(), out);
        out.writeArrayFieldStart("locations");
        for (StockLevels.AtLocation location : levels.locations()) {
            out.writeStartObject();
            level(location, out);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void level(StockLevels.AtLocation location, JsonGenerator out) throws IOException {
        out.writeStringField("location_id", location.locationId());
        counts(location.onHand(), location.reserved(), location.available(), out);
    }

    private static void counts(long onHand, long reserved, long available, JsonGenerator out) throws IOException {
        out.writeNumberField("on_hand", onHand);
        out.writeNumberField("reserved", reserved);
        out.writeNumberField("available", available);
    }
}
