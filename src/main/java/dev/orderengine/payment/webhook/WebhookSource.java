package dev.orderengine.payment.webhook;

import io.vertx.core.Future;

/** Knows whether a delivery is its provider's own and fresh, and what it says. To be called on an event loop. */
public interface WebhookSource {

    /** The provider's name. */
    String provider();

    /**
     * Checks and reads a delivery.
     *
     * @return fails with {@link ForgedException} if it is not the provider's own, and otherwise if that cannot be told now
     */
    Future<Notice> read(Delivery delivery);

    /** A delivery is not signed by its provider, is too old, or makes no sense. */
    final class ForgedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /** @param why for people; never what was sent */
        public ForgedException(String why) {
            super(why, null, false, false);
        }
    }
}
