package dev.orderengine.payment;

import io.vertx.core.Future;

/**
 * Somebody who moves money. Whatever a provider or the network answers is an outcome; a failed future is a defect here, and
 * leaves the charge unknown. To be called on an event loop; answers arrive on the caller's context.
 */
public interface PaymentProvider {

    /** The name in the database, in metrics and in the configuration. */
    String name();

    /**
     * Charges the payment's amount to its token, or authorizes it where capture is on fulfilment. The payment's id is the
     * idempotency key: a repeat within the provider's look-up window never charges twice, and brings the first outcome.
     */
    Future<ChargeOutcome> charge(Payment payment);

    /**
     * Takes {@link Payment#toCapture} of what is authorized, and lets the rest go. There is one capture of a payment: a repeat brings the
     * first outcome.
     */
    Future<ChargeOutcome> capture(Payment payment);

    /** Has an authorization held further; rejected if the provider does not do that, or no longer. */
    Future<ChargeOutcome> renew(Payment payment);

    /** What became of the payment: by the provider's reference if there is one, else by the payment's id. */
    Future<LookUp> lookUp(Payment payment);

    /**
     * Gives money back: refunds a captured payment, or lets an authorized one go. The refund's id is the idempotency key: a
     * repeat within the provider's look-up window never gives back twice.
     */
    Future<RefundOutcome> giveBack(Refund refund);

    /** What became of a refund that may have been asked for. */
    Future<RefundOutcome> lookUp(Refund refund);
}
