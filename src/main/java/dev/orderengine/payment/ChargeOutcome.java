package dev.orderengine.payment;

import dev.orderengine.card.CardNumbers;
import java.time.Duration;

/** What became of a charge, as far as the provider's answer tells. */
public sealed interface ChargeOutcome extends ProviderAnswer {

    /** Calls the case that this is. */
    <R> R accept(Cases<R> cases);

    /** The money was taken. @param ref the provider's name of the charge */
    record Captured(String ref) implements ChargeOutcome {
        @Override
        public String name() {
            return "captured";
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.captured(this);
        }
    }

    /** The money is held for a later capture. @param ref the provider's name of the charge */
    record Authorized(String ref) implements ChargeOutcome {
        @Override
        public String name() {
            return "authorized";
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.authorized(this);
        }
    }

    /** The provider still works on it: look it up later. @param ref the provider's name of the charge */
    record Pending(String ref) implements ChargeOutcome {
        @Override
        public String name() {
            return "pending";
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.pending(this);
        }
    }

    /**
     * Not charged, by the word of the card's issuer or of the provider.
     *
     * @param code the provider's reason
     * @param ref the provider's name of the charge; null if it gave none
     */
    record Declined(String code, String ref) implements ChargeOutcome {

        /** The code is kept and shown, whatever it is. */
        public Declined {
            code = CardNumbers.masked(code);
        }

        @Override
        public String name() {
            return "declined";
        }

        @Override
        public boolean isRefusal() {
            return true;
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.declined(this);
        }
    }

    /**
     * Not charged, and asking again would not help: we asked for something that the provider does not do.
     *
     * @param code the provider's reason
     */
    record Rejected(String code) implements ChargeOutcome {

        /** The code is kept and shown, whatever it is. */
        public Rejected {
            code = CardNumbers.masked(code);
        }

        @Override
        public String name() {
            return "rejected";
        }

        @Override
        public boolean isRefusal() {
            return true;
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.rejected(this);
        }
    }

    /**
     * Certainly not charged by this request: it was refused for now, or never left.
     *
     * @param reason for logs
     * @param retryAfter how long to wait at least; zero if asking again in a moment may help
     */
    record Unavailable(String reason, Duration retryAfter) implements ChargeOutcome {
        @Override
        public String name() {
            return "unavailable";
        }

        @Override
        public boolean isFault() {
            return true;
        }

        @Override
        public boolean isRepeatable() {
            return retryAfter.isZero();
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.unavailable(this);
        }
    }

    /**
     * The request left, and no answer tells what became of it.
     *
     * @param reason for logs
     * @param isRepeatable whether the same request, with its idempotency key, may bring the answer in a moment
     */
    record Unknown(String reason, boolean isRepeatable) implements ChargeOutcome {
        @Override
        public String name() {
            return "unknown";
        }

        @Override
        public boolean isFault() {
            return true;
        }

        @Override
        public boolean isDoubtful() {
            return true;
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.unknown(this);
        }
    }

    /** One answer for each case, so that none is forgotten. */
    interface Cases<R> {
        R captured(Captured outcome);

        R authorized(Authorized outcome);

        R pending(Pending outcome);

        R declined(Declined outcome);

        R rejected(Rejected outcome);

        R unavailable(Unavailable outcome);

        R unknown(Unknown outcome);
    }
}
