package dev.orderengine.sweep;

import static dev.orderengine.database.Columns.time;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.orderengine.database.Rows;
import dev.orderengine.database.Transactions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.CopyOptions;
import io.vertx.core.file.OpenOptions;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves whole months of closed orders, with their events, out of the database: a file of JSON lines for each table and its SHA-256 beside
 * it, then the partitions are detached and dropped. {@code scripts/restore-orders.sh} brings a month back. A month goes in one transaction,
 * which ends after the files are on disk: a crash leaves the month where it was. It holds one connection of the writers meanwhile.
 */
public final class OrderArchive {

    private static final Logger LOG = LoggerFactory.getLogger(OrderArchive.class);
    /** Hashed and written by an event loop at once: well below a millisecond. */
    private static final int LINES = 100;

    private static final String OLD_MONTHS = """
            SELECT substr(c.relname, 8) AS month
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'orders'::regclass AND c.relname ~ '^orders_[0-9]{4}_[0-9]{2}$'
              AND (to_date(substr(c.relname, 8), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC' <= $1
            ORDER BY month""";

    /** One engine archives at a time; writers of the month wait, and after {@code lock_timeout} we rather come back. */
    private static final String HOLD = """
            SET LOCAL lock_timeout = '2s';
            LOCK TABLE orders_%1$s, order_events_%1$s IN SHARE MODE""";

    private static final String IS_MINE = "SELECT pg_try_advisory_xact_lock(hashtext('archive_orders'))";

    private static final String IS_CLOSED = """
            WITH month AS (
                SELECT uuid7_floor(to_date('%1$s', 'YYYY_MM')::timestamp AT TIME ZONE 'UTC') AS first,
                       uuid7_floor((to_date('%1$s', 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC') AS next)
            SELECT NOT EXISTS (SELECT FROM orders_%1$s WHERE status NOT IN ('fulfilled', 'returned', 'rejected', 'cancelled'))
               AND NOT EXISTS (SELECT FROM payments p, month
                               WHERE p.order_id >= first AND p.order_id < next AND (p.next_at IS NOT NULL OR p.flagged))
               AND NOT EXISTS (SELECT FROM refunds r, month
                               WHERE r.order_id >= first AND r.order_id < next AND (r.next_at IS NOT NULL OR r.flagged))
               AND NOT EXISTS (SELECT FROM outbox o, month WHERE o.order_id >= first AND o.order_id < next)""";

    private static final String ROWS = "SELECT to_jsonb(t)::text AS line FROM %s t";

    private static final String DETACH = "SELECT drop_order_month('%s')";

    private final Vertx vertx;
    private final Transactions transactions;
    private final Path folder;
    private final Duration age;
    private final Clock clock;

    /**
     * @param folder where the files go; it must be there
     * @param age of the youngest order of a month that is archived, if all of the month are closed
     */
    public OrderArchive(Vertx vertx, Transactions transactions, Path folder, Duration age, Clock clock) {
        this.vertx = vertx;
        this.transactions = transactions;
        this.folder = folder;
        this.age = age;
        this.clock = clock;
    }

    /** Archives what is old enough and closed, the oldest month first. */
    public Future<Void> run() {
        return transactions.run(this::oldMonths).compose(months -> {
            Future<Void> archived = Future.succeededFuture();
            for (String month : months) {
                archived = archived.compose(before -> transactions.run(transaction -> archive(transaction, month)));
            }
            return archived;
        });
    }

    private Future<List<String>> oldMonths(SqlConnection connection) {
        return connection
                .preparedQuery(OLD_MONTHS)
                .execute(Tuple.of(time(clock.instant().minus(age))))
                .map(rows -> Rows.list(rows, row -> row.getString("month")));
    }

    private Future<Void> archive(SqlConnection transaction, String month) {
        return isTrue(transaction, IS_MINE)
                .compose(mine -> mine ? hold(transaction, month) : Future.succeededFuture(false))
                .compose(closed -> closed ? move(transaction, month) : Future.succeededFuture());
    }

    private static Future<Boolean> hold(SqlConnection transaction, String month) {
        return transaction
                .query(HOLD.formatted(month))
                .execute()
                .compose(held -> isTrue(transaction, IS_CLOSED.formatted(month)));
    }

    private static Future<Boolean> isTrue(SqlConnection transaction, String question) {
        return transaction
                .query(question)
                .execute()
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    private Future<Void> move(SqlConnection transaction, String month) {
        return write(transaction, "orders_" + month)
                .compose(orders -> write(transaction, "order_events_" + month)
                        .compose(events -> transaction
                                .query(DETACH.formatted(month))
                                .execute()
                                .onSuccess(detached -> LOG.info(
                                        "archived {} orders and {} events of {} in {}",
                                        orders,
                                        events,
                                        month,
                                        folder))))
                .mapEmpty();
    }

    /** @return how many rows it has */
    private Future<Long> write(SqlConnection transaction, String table) {
        String name = folder.resolve(table + ".ndjson").toString();
        String unfinished = name + ".unfinished";
        return vertx.fileSystem()
                .open(unfinished, new OpenOptions().setTruncateExisting(true))
                .compose(file -> transaction
                        .prepare(ROWS.formatted(table))
                        .compose(rows -> new Lines(file, rows.cursor()).copy())
                        .compose(lines -> file.flush().map(lines))
                        .eventually(file::close))
                .compose(lines -> vertx.fileSystem()
                        .writeFile(name + ".sha256", Buffer.buffer(lines.hasher.hash() + "  " + table + ".ndjson\n"))
                        .compose(summed ->
                                vertx.fileSystem().move(unfinished, name, new CopyOptions().setReplaceExisting(true)))
                        .map(lines.count));
    }

    /** Copies rows to a file, some at a time, and sums them up. */
    private static final class Lines {

        private final AsyncFile file;
        private final Cursor rows;
        private final Hasher hasher = Hashing.sha256().newHasher();
        private long count;

        Lines(AsyncFile file, Cursor rows) {
            this.file = file;
            this.rows = rows;
        }

        Future<Lines> copy() {
            return rows.read(LINES)
                    .compose(this::write)
                    .compose(written -> rows.hasMore() ? copy() : rows.close().map(this));
        }

        private Future<Void> write(RowSet<Row> read) {
            Buffer lines = Buffer.buffer();
            for (Row row : read) {
                lines.appendString(row.getString("line")).appendString("\n");
                count++;
            }
            hasher.putBytes(lines.getBytes());
            return file.write(lines);
        }
    }
}
