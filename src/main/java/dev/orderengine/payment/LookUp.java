package dev.orderengine.payment;

/** What a provider knows of a payment that it may have been asked to charge. */
public sealed interface LookUp extends ProviderAnswer {

    /**
     * What is known of it.
     *
     * @param outcome never rejected; unavailable or unknown if the look-up itself brought no answer
     */
    record Found(ChargeOutcome outcome) implements LookUp {
        @Override
        public String name() {
            return outcome.name();
        }

        @Override
        public boolean isRefusal() {
            return outcome.isRefusal();
        }

        @Override
        public boolean isFault() {
            return outcome.isFault();
        }

        @Override
        public boolean isRepeatable() {
            return outcome.isRepeatable();
        }

        @Override
        public boolean isDoubtful() {
            return outcome.isDoubtful();
        }
    }

    /** The provider shows no such payment now, which does not prove that it has none: look-ups may lag behind. */
    record NotFound() implements LookUp {
        @Override
        public String name() {
            return "not_found";
        }
    }
}
