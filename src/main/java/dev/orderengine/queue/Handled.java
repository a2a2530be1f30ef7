package dev.orderengine.queue;

import java.time.Duration;
import java.util.UUID;

/** What is to become of a message. */
public sealed interface Handled {

    /** Calls the case that this is. */
    <R> R accept(Cases<R> cases);

    /** Its effect is durable: it may be forgotten. */
    record Done() implements Handled {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.done(this);
        }
    }

    /**
     * It is to be tried again, after that time; with the last try that the consumer allows it goes to the dead letters.
     *
     * @param reason for the log, and for the dead letters; no personal data
     */
    record Later(Duration after, String reason) implements Handled {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.later(this);
        }
    }

    /**
     * Nobody will ever be able to handle it: it goes to the dead letters at once.
     *
     * @param reason for the log, and for the dead letters; no personal data
     * @param orderId of the order that it is about; null if that is not known
     */
    record Never(String reason, UUID orderId) implements Handled {

        /** Of which nobody knows which order it is about, unless the message says it. */
        public Never(String reason) {
            this(reason, null);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.never(this);
        }
    }

    /** One method for each case. */
    interface Cases<R> {

        /** See {@link Done}. */
        R done(Done done);

        /** See {@link Later}. */
        R later(Later later);

        /** See {@link Never}. */
        R never(Never never);
    }
}
