package dev.orderengine.database;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;

/** Where single reading statements are answered. */
@FunctionalInterface
public interface Queries {

    Future<RowSet<Row>> query(String statement, Tuple parameters);

    /** By the server of a pool. */
    static Queries on(Pool pool) {
        return (statement, parameters) -> pool.preparedQuery(statement).execute(parameters);
    }
}
