package dev.orderengine.audit;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import dev.orderengine.database.Rows;
import dev.orderengine.database.Transactions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Chains what was appended since: one sealer at a time, whichever engine it is of. Any thread. */
public final class AuditSealer {

    /** Hashed on an event loop: about a millisecond. */
    private static final int BATCH = 250;

    // Until the transaction ends. Whoever does not get it leaves the work to him who has.
    private static final String ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('audit_chain'))";

    private static final String HEAD = """
            SELECT position, entry_id, digest, hash, sealed_at FROM audit_chain ORDER BY position DESC LIMIT 1""";

    private static final String UNSEALED = """
            SELECT u.entry_id AS unsealed, %s
            FROM (SELECT entry_id FROM audit_unsealed ORDER BY entry_id LIMIT $1) u
            LEFT JOIN audit_log a ON a.id = u.entry_id
            LEFT JOIN audit_chain c ON false
            ORDER BY u.entry_id""".formatted(AuditRecord.COLUMNS);

    private static final String CHAIN = """
            INSERT INTO audit_chain (position, entry_id, digest, hash, sealed_at)
            SELECT l.position, l.entry_id, l.digest, l.hash, $5
            FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[]) AS l (position, entry_id, digest, hash)""";

    private static final String SEALED = "DELETE FROM audit_unsealed WHERE entry_id = ANY ($1)";

    private final Transactions transactions;
    private final Clock clock;
    private final Counter sealed;
    private final AtomicLong waiting = new AtomicLong();

    public AuditSealer(Transactions transactions, Clock clock, MeterRegistry metrics) {
        this.transactions = transactions;
        this.clock = clock;
        this.sealed = Counter.builder("audit.sealed")
                .description("Audit entries that this engine chained")
                .register(metrics);
        Gauge.builder("audit.unsealed", waiting, AtomicLong::get)
                .description(
                        "Audit entries that were not chained yet when this engine last looked; at most a batch is counted")
                .register(metrics);
    }

    /** Chains all that is there, batch by batch. */
    public Future<Void> seal() {
        return transactions
                .run(this::sealBatch)
                .compose(chained -> chained == BATCH ? seal() : Future.succeededFuture());
    }

    /** The newest link; empty while there is none. */
    static Future<Optional<AuditSeal>> head(SqlClient client) {
        return client.preparedQuery(HEAD).execute().map(rows -> Rows.first(rows, AuditSeal::of));
    }

    private Future<Integer> sealBatch(SqlConnection transaction) {
        return transaction
                .query(ALONE)
                .execute()
                .compose(alone -> alone.iterator().next().getBoolean(0)
                        ? head(transaction).compose(head -> chain(transaction, head))
                        : Future.succeededFuture(0));
    }

    private Future<Integer> chain(SqlConnection transaction, Optional<AuditSeal> head) {
        return transaction
                .preparedQuery(UNSEALED)
                .execute(Tuple.of(BATCH))
                .map(rows -> links(head, rows))
                .compose(links -> links.isEmpty() ? Future.succeededFuture(0) : write(transaction, links))
                .onSuccess(waiting::set);
    }

    private List<AuditSeal> links(Optional<AuditSeal> head, RowSet<Row> rows) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        byte[] previous = head.map(AuditSeal::hash).orElse(AuditSeal.NOTHING);
        long position = head.map(AuditSeal::position).orElse(0L);
        List<AuditSeal> links = new ArrayList<>(rows.size());
        for (Row row : rows) {
            byte[] digest = row.getLong("id") == null
                    ? AuditSeal.NOTHING
                    : AuditRecord.of(row).digest();
            AuditSeal link = AuditSeal.after(previous, ++position, row.getLong("unsealed"), digest, now);
            links.add(link);
            previous = link.hash();
        }
        return links;
    }

    private Future<Integer> write(SqlConnection transaction, List<AuditSeal> links) {
        Long[] entries = column(links, AuditSeal::entryId, Long[]::new);
        Tuple chain = Tuple.tuple()
                .addArrayOfLong(column(links, AuditSeal::position, Long[]::new))
                .addArrayOfLong(entries)
                .addArrayOfBuffer(column(links, link -> Buffer.buffer(link.digest()), Buffer[]::new))
                .addArrayOfBuffer(column(links, link -> Buffer.buffer(link.hash()), Buffer[]::new))
                .addOffsetDateTime(time(links.get(0).sealedAt()));
        return transaction
                .preparedQuery(CHAIN)
                .execute(chain)
                .compose(chained ->
                        transaction.preparedQuery(SEALED).execute(Tuple.tuple().addArrayOfLong(entries)))
                .onSuccess(done -> sealed.increment(links.size()))
                .map(links.size());
    }
}
