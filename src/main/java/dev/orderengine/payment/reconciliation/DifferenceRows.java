package dev.orderengine.payment.reconciliation;

import static dev.orderengine.database.Columns.column;

import dev.orderengine.payment.reconciliation.Difference.Kind;
import dev.orderengine.payment.reconciliation.Difference.Side;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Differences as rows. */
final class DifferenceRows {

    private DifferenceRows() {}

    /** A column each, after the run. */
    static Tuple columns(UUID run, List<Difference> differences) {
        return Tuple.tuple()
                .addUUID(run)
                .addArrayOfString(
                        texts(differences, difference -> difference.kind().wire()))
                .addArrayOfString(
                        texts(differences, difference -> difference.item().wire()))
                .addArrayOfUUID(column(differences, Difference::itemId, UUID[]::new))
                .addArrayOfUUID(column(differences, Difference::orderId, UUID[]::new))
                .addArrayOfString(texts(differences, Difference::ref))
                .addArrayOfString(sides(differences, Difference::ours, Side::state))
                .addArrayOfString(sides(differences, Difference::ours, DifferenceRows::value))
                .addArrayOfString(sides(differences, Difference::ours, DifferenceRows::currency))
                .addArrayOfString(sides(differences, Difference::theirs, Side::state))
                .addArrayOfString(sides(differences, Difference::theirs, DifferenceRows::value))
                .addArrayOfString(sides(differences, Difference::theirs, DifferenceRows::currency));
    }

    private static String[] texts(List<Difference> differences, Function<Difference, String> text) {
        return column(differences, text, String[]::new);
    }

    private static String[] sides(
            List<Difference> differences, Function<Difference, Side> side, Function<Side, String> text) {
        return texts(
                differences, difference -> side.apply(difference) == null ? null : text.apply(side.apply(difference)));
    }

    private static String value(Side side) {
        return side.amount().value().toPlainString();
    }

    private static String currency(Side side) {
        return side.amount().currency();
    }

    static Difference difference(Row row) {
        return new Difference(
                Kind.of(row.getString("kind")),
                Item.of(row.getString("item")),
                row.getUUID("item_id"),
                row.getUUID("order_id"),
                row.getString("provider_ref"),
                side(row, "our"),
                side(row, "their"));
    }

    private static Side side(Row row, String whose) {
        String state = row.getString(whose + "_state");
        return state == null
                ? null
                : new Side(state, new Amount(row.getBigDecimal(whose + "_amount"), row.getString(whose + "_currency")));
    }
}
