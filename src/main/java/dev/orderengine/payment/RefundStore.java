package dev.orderengine.payment;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Money on its way back, which is a job until it is settled. Each call is one transaction over many refunds. */
public interface RefundStore {

    /**
     * Takes up to {@code limit} due refunds of a provider, the longest due first, so that nobody else takes them until their lease
     * runs out.
     */
    Future<List<Taken>> claim(String provider, int limit, Instant now);

    /**
     * Writes what the provider answered.
     *
     * @return each refund as it is now, in order; null where somebody else had taken it up since, and not settled it yet
     */
    Future<List<Refund>> settle(List<Settlement> settlements, Instant now);

    /** How many refunds of a provider wait. */
    Future<Backlog> backlog(String provider, Instant now);

    /** A refund that was claimed, and what to do with it. */
    record Taken(Refund refund, Step step) {

        /** What may be logged. */
        @Override
        public String toString() {
            return refund + ", " + step;
        }
    }

    /** An answer of the provider to what was taken up. */
    record Settlement(Taken taken, RefundOutcome outcome) {
        UUID orderId() {
            return taken.refund().orderId();
        }

        UUID refundId() {
            return taken.refund().id();
        }
    }
}
