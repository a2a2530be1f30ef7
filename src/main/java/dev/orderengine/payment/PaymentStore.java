package dev.orderengine.payment;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The payments, which are jobs until they are settled. Each call is one transaction over many payments. */
public interface PaymentStore {

    /**
     * Takes up to {@code limit} due payments of a provider, the longest due first, so that nobody else takes them until their
     * lease runs out. Payments that somebody else is working on, or whose order is, are left for later.
     */
    Future<List<Taken>> claim(String provider, int limit, Instant now);

    /**
     * Writes what the provider answered.
     *
     * @return what each came to: nothing is written of one whose payment was taken up by somebody else since
     */
    Future<Map<Settlement, Settled>> settle(List<Settlement> settlements, Instant now);

    /** How many payments of a provider wait. */
    Future<Backlog> backlog(String provider, Instant now);

    /** A payment that was claimed, and what to do with it. */
    record Taken(Payment payment, Step step) {

        /** What may be logged. */
        @Override
        public String toString() {
            return payment + ", " + step;
        }
    }

    /** An answer of the provider to what was taken up. */
    record Settlement(Taken taken, ChargeOutcome outcome) {
        UUID orderId() {
            return taken.payment().orderId();
        }

        UUID paymentId() {
            return taken.payment().id();
        }
    }

    /**
     * What a settlement came to.
     *
     * @param payment as it is now; as it was taken up if nothing was written
     * @param written false if somebody else had taken the payment up since, and not settled it yet
     */
    record Settled(Payment payment, boolean written) {}
}
