package dev.orderengine.payment;

import dev.orderengine.card.CardNumbers;

/** What became of money that was to go back, as far as the provider's answer tells. */
public sealed interface RefundOutcome extends ProviderAnswer {

    /** It went back, or is let go. @param ref the provider's name of the refund */
    record Done(String ref) implements RefundOutcome {
        @Override
        public String name() {
            return "done";
        }
    }

    /** The provider has taken it up, and works on it. @param ref the provider's name of the refund */
    record Pending(String ref) implements RefundOutcome {
        @Override
        public String name() {
            return "pending";
        }
    }

    /** Certainly not done, and asking again would not help. @param code the provider's reason */
    record Refused(String code) implements RefundOutcome {

        /** The code is kept and shown, whatever it is. */
        public Refused {
            code = CardNumbers.masked(code);
        }

        @Override
        public String name() {
            return "refused";
        }

        @Override
        public boolean isRefusal() {
            return true;
        }
    }

    /** Of a look-up only: the provider shows no such refund now. */
    record NotFound() implements RefundOutcome {
        @Override
        public String name() {
            return "not_found";
        }
    }

    /** No answer that tells. @param cause unavailable or unknown, as of a charge */
    record NoAnswer(ChargeOutcome cause) implements RefundOutcome {
        @Override
        public String name() {
            return cause.name();
        }

        @Override
        public boolean isFault() {
            return cause.isFault();
        }

        @Override
        public boolean isRepeatable() {
            return cause.isRepeatable();
        }

        @Override
        public boolean isDoubtful() {
            return cause.isDoubtful();
        }
    }
}
