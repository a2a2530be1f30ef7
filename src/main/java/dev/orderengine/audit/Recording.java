package dev.orderengine.audit;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;

/**
 * Records in the audit log what a transaction has done, in that transaction: neither is ever without the other.
 *
 * @param <T> what it has done
 */
@FunctionalInterface
public interface Recording<T> {

    /** Completes when that is written; fails if it cannot be, and so must the transaction. */
    Future<Void> record(SqlClient transaction, T done);
}
