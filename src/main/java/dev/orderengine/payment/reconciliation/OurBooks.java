package dev.orderengine.payment.reconciliation;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import dev.orderengine.database.Rows;
import dev.orderengine.money.Money;
import dev.orderengine.payment.PaymentState;
import dev.orderengine.payment.RefundState;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Our payments and refunds at one provider. Each call is one statement, or two. */
final class OurBooks {

    private static final String PAYMENTS = """
            SELECT id, order_id, provider_ref, amount, captured AS moved, currency, state, created_at, updated_at
            FROM payments
            WHERE provider = $1 AND\s""";

    private static final String REFUNDS = """
            SELECT id, order_id, provider_ref, amount, amount AS moved, currency, state, created_at, updated_at
            FROM refunds
            WHERE provider = $1 AND kind = 'refund' AND\s""";

    private static final String NAMED = "id = ANY ($2)";

    private static final String NAMED_OR_OF_ORDER = "(id = ANY ($2) OR order_id = ANY ($3)) ORDER BY id";

    // Ids are made with what they name, and begin with its time: the primary key finds a day.
    private static final String MADE_ON = """
            id > $2 AND id >= uuid7_floor($3) AND id < uuid7_floor($4) AND state = ANY ($5)
            ORDER BY id LIMIT $6""";

    private static final String[] PAYMENTS_AT_PROVIDERS = Arrays.stream(PaymentState.values())
            .filter(state -> Ours.standing(state).isHeldOrMoved())
            .map(PaymentState::wire)
            .toArray(String[]::new);

    private static final String[] REFUNDS_AT_PROVIDERS = Arrays.stream(RefundState.values())
            .filter(state -> Ours.standing(state).isHeldOrMoved())
            .map(RefundState::wire)
            .toArray(String[]::new);

    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private final Pool readers;

    OurBooks(Pool readers) {
        this.readers = readers;
    }

    /** What we have of what a provider lists. */
    Future<Known> of(String provider, List<Theirs> listed) {
        Future<List<Ours>> payments = payments(provider, listed);
        Future<List<Ours>> refunds = refunds(provider, listed);
        return Future.all(payments, refunds).map(read -> Known.of(payments.result(), refunds.result()));
    }

    private Future<List<Ours>> payments(String provider, List<Theirs> listed) {
        UUID[] ids = ids(listed, Item.PAYMENT);
        UUID[] orders = listed.stream()
                .filter(theirs -> theirs.item() == Item.PAYMENT && theirs.id() == null)
                .map(Theirs::orderId)
                .filter(Objects::nonNull)
                .toArray(UUID[]::new);
        return ids.length + orders.length == 0
                ? Future.succeededFuture(List.of())
                : read(PAYMENTS + NAMED_OR_OF_ORDER, Tuple.of(provider, ids, orders), OurBooks::payment);
    }

    private Future<List<Ours>> refunds(String provider, List<Theirs> listed) {
        UUID[] ids = ids(listed, Item.REFUND);
        return ids.length == 0
                ? Future.succeededFuture(List.of())
                : read(REFUNDS + NAMED, Tuple.of(provider).addArrayOfUUID(ids), OurBooks::refund);
    }

    private static UUID[] ids(List<Theirs> listed, Item item) {
        List<Theirs> named = listed.stream()
                .filter(theirs -> theirs.item() == item && theirs.id() != null)
                .toList();
        return column(named, Theirs::id, UUID[]::new);
    }

    /**
     * What a provider must have of what we made on a day, by id.
     *
     * @param after the id of the last one of the page before; null for the first page
     */
    Future<List<Ours>> madeOn(Item item, String provider, LocalDate day, UUID after, int limit) {
        boolean payments = item == Item.PAYMENT;
        Tuple tuple = Tuple.tuple()
                .addString(provider)
                .addUUID(after == null ? BEFORE_ALL : after)
                .addOffsetDateTime(time(startOf(day)))
                .addOffsetDateTime(time(startOf(day.plusDays(1))))
                .addArrayOfString(payments ? PAYMENTS_AT_PROVIDERS : REFUNDS_AT_PROVIDERS)
                .addInteger(limit);
        return payments
                ? read(PAYMENTS + MADE_ON, tuple, OurBooks::payment)
                : read(REFUNDS + MADE_ON, tuple, OurBooks::refund);
    }

    private static Instant startOf(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private Future<List<Ours>> read(String statement, Tuple tuple, Function<Row, Ours> one) {
        return readers.preparedQuery(statement).execute(tuple).map(rows -> Rows.list(rows, one));
    }

    private static Ours payment(Row row) {
        PaymentState state = PaymentState.of(row.getString("state"));
        return ours(Item.PAYMENT, row, Ours.standing(state));
    }

    private static Ours refund(Row row) {
        RefundState state = RefundState.of(row.getString("state"));
        return ours(Item.REFUND, row, Ours.standing(state));
    }

    private static Ours ours(Item item, Row row, Standing standing) {
        Currency currency = Currency.getInstance(row.getString("currency"));
        return new Ours(
                item,
                row.getUUID("id"),
                row.getUUID("order_id"),
                row.getString("provider_ref"),
                new Money(row.getLong("amount"), currency),
                new Money(row.getLong("moved"), currency),
                standing,
                row.getString("state"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant());
    }

    /** What was found of ours, by the names that providers have for it. */
    record Known(Map<UUID, Ours> payments, Map<UUID, Ours> paymentsByOrder, Map<UUID, Ours> refunds) {

        static Known of(Collection<Ours> payments, Collection<Ours> refunds) {
            Known known = new Known(new HashMap<>(), new HashMap<>(), new HashMap<>());
            for (Ours payment : payments) {
                known.payments.put(payment.id(), payment);
                // Of several attempts to pay an order it is the one that came through.
                known.paymentsByOrder.merge(
                        payment.orderId(),
                        payment,
                        (one, other) -> other.standing().isHeldOrMoved() ? other : one);
            }
            refunds.forEach(refund -> known.refunds.put(refund.id(), refund));
            return known;
        }

        Optional<Ours> counterpart(Theirs theirs) {
            if (theirs.item() == Item.REFUND) {
                return Optional.ofNullable(refunds.get(theirs.id()));
            }
            return Optional.ofNullable(
                    theirs.id() == null ? paymentsByOrder.get(theirs.orderId()) : payments.get(theirs.id()));
        }
    }
}
