package dev.orderengine.database;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Values as parameters of a statement: lists by column, for {@code unnest}, and times. */
public final class Columns {

    private Columns() {}

    /** One value of each row, in the order of the rows. */
    public static <S, T> T[] column(Collection<S> rows, Function<? super S, T> value, IntFunction<T[]> array) {
        T[] column = array.apply(rows.size());
        int next = 0;
        for (S row : rows) {
            column[next++] = value.apply(row);
        }
        return column;
    }

    /** A {@code timestamptz}; null stays null. */
    public static OffsetDateTime time(Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
