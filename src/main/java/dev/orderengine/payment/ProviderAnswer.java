package dev.orderengine.payment;

/** What resilience needs to know of whatever a provider was asked. */
public sealed interface ProviderAnswer permits ChargeOutcome, LookUp, RefundOutcome {

    /** The name in metrics and traces. */
    String name();

    /** Whether it will not be done, for a reason of its own. */
    default boolean isRefusal() {
        return false;
    }

    /** Whether the provider failed to do its work, which counts against it; a declined card does not. */
    default boolean isFault() {
        return false;
    }

    /** Whether asking again in a moment is safe and may help. */
    default boolean isRepeatable() {
        return false;
    }

    /** Whether the request may have done its work although no answer tells so. */
    default boolean isDoubtful() {
        return false;
    }
}
