package dev.orderengine.database;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a statement answered, as values. */
public final class Rows {

    private Rows() {}

    /** One value of each row, in their order. */
    public static <T> List<T> list(RowSet<Row> rows, Function<Row, T> value) {
        return stream(rows).map(value).toList();
    }

    /** The value of the first row; empty if there is none. */
    public static <T> Optional<T> first(RowSet<Row> rows, Function<Row, T> value) {
        return stream(rows).map(value).findFirst();
    }

    /** A {@code timestamptz}; null stays null. */
    public static Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }
}
