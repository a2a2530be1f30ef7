package dev.orderengine.inventory;

import dev.orderengine.audit.Recording;
import dev.orderengine.database.AnsweredKeys;
import dev.orderengine.database.AnsweredKeys.Answer;
import dev.orderengine.database.Once;
import dev.orderengine.database.RequestKey;
import dev.orderengine.database.Transactions;
import dev.orderengine.inventory.StockLevels.AtLocation;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Changes what is on hand. What comes in or is lost is counted in {@code stocked_in}, so that stock stays conserved. The rows of the
 * product are locked in the order that placement takes them in.
 */
public final class Stocktaking {

    private static final String KNOWN = """
            SELECT EXISTS (SELECT FROM products WHERE product_id = $1) AS product,
                   EXISTS (SELECT FROM locations WHERE location_id = $2) AS location""";

    private static final String LOCK = """
            SELECT location_id, on_hand, reserved FROM stock WHERE product_id = $1 ORDER BY location_id FOR NO KEY UPDATE""";

    private static final String CREATE = """
            INSERT INTO stock (product_id, location_id, on_hand) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING""";

    private static final String MOVE = """
            UPDATE stock SET on_hand = on_hand + $3, stocked_in = stocked_in + $3 WHERE product_id = $1 AND location_id = $2""";

    private final Transactions transactions;
    private final AnsweredKeys keys;

    public Stocktaking(Transactions transactions, AnsweredKeys keys) {
        this.transactions = transactions;
        this.keys = keys;
    }

    /** Makes the answer of what there is afterwards. */
    @FunctionalInterface
    public interface Format {

        /** @param created whether the location had none of the product so far */
        Answer of(StockLevels levels, boolean created);
    }

    /**
     * A change of the stock of a product at a location.
     *
     * @param expected tells whether it may be made while the stock is so; may be asked more than once
     * @param key null if the request has none
     * @param recording of what comes of it
     */
    public record Request(
            String productId,
            String locationId,
            StockChange change,
            Predicate<StockLevels> expected,
            Format format,
            RequestKey key,
            Recording<Once<Stocktake>> recording) {}

    /** Makes the change, once for each key. */
    public Future<Once<Stocktake>> run(Request request) {
        return transactions.run(transaction -> keys.once(
                        transaction,
                        request.key(),
                        () -> change(transaction, request),
                        stocktake -> answer(request, stocktake))
                .compose(stocktake ->
                        request.recording().record(transaction, stocktake).map(stocktake)));
    }

    private static Optional<Answer> answer(Request request, Stocktake stocktake) {
        return stocktake instanceof Stocktake.Done done
                ? Optional.of(request.format().of(done.after(), done.created()))
                : Optional.empty();
    }

    private Future<Stocktake> change(SqlClient transaction, Request request) {
        return transaction
                .preparedQuery(KNOWN)
                .execute(Tuple.of(request.productId(), request.locationId()))
                .compose(known -> {
                    Row row = known.iterator().next();
                    if (!row.getBoolean("product")) {
                        return Future.succeededFuture(new Stocktake.Unknown("product " + request.productId()));
                    }
                    return row.getBoolean("location")
                            ? changeKnown(transaction, request)
                            : Future.succeededFuture(new Stocktake.Unknown("location " + request.locationId()));
                });
    }

    private Future<Stocktake> changeKnown(SqlClient transaction, Request request) {
        return transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(request.productId()))
                .compose(locked -> decide(transaction, request, levels(request.productId(), locked)));
    }

    private Future<Stocktake> decide(SqlClient transaction, Request request, StockLevels levels) {
        AtLocation now = levels.at(request.locationId()).orElse(AtLocation.of(request.locationId(), 0, 0));
        long wanted = request.change().appliedTo(now.onHand());
        if (!request.expected().test(levels)) {
            return Future.succeededFuture(new Stocktake.NotAsExpected());
        }
        if (wanted < now.reserved()) {
            return Future.succeededFuture(new Stocktake.BelowReserved(wanted, now));
        }
        if (wanted > Integer.MAX_VALUE) {
            return Future.succeededFuture(new Stocktake.BeyondCount(wanted));
        }
        boolean created = levels.at(request.locationId()).isEmpty();
        StockLevels after = levels.with(AtLocation.of(request.locationId(), wanted, now.reserved()));
        Stocktake.Done done = new Stocktake.Done(created, wanted - now.onHand(), after);
        return created ? create(transaction, request, done) : move(transaction, request, done);
    }

    /** Somebody else may create the row in the same moment: then it is there to be changed. */
    private Future<Stocktake> create(SqlClient transaction, Request request, Stocktake.Done done) {
        return transaction
                .preparedQuery(CREATE)
                .execute(Tuple.of(request.productId(), request.locationId(), (int) done.difference()))
                .compose(created ->
                        created.rowCount() == 0 ? changeKnown(transaction, request) : Future.succeededFuture(done));
    }

    private static Future<Stocktake> move(SqlClient transaction, Request request, Stocktake.Done done) {
        return done.difference() == 0
                ? Future.succeededFuture(done)
                : transaction
                        .preparedQuery(MOVE)
                        .execute(Tuple.of(request.productId(), request.locationId(), (int) done.difference()))
                        .map(done);
    }

    private static StockLevels levels(String productId, RowSet<Row> rows) {
        List<AtLocation> locations = new ArrayList<>();
        for (Row row : rows) {
            locations.add(
                    AtLocation.of(row.getString("location_id"), row.getInteger("on_hand"), row.getInteger("reserved")));
        }
        return StockLevels.of(productId, locations);
    }
}
