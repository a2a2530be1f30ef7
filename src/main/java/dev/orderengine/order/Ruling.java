package dev.orderengine.order;

import java.util.List;
import java.util.UUID;

/** What is decided on a command. */
public sealed interface Ruling {

    /**
     * The order changes.
     *
     * @param events at least one
     * @param created what the command made; null if nothing
     */
    record Change(OrderState after, List<NewEvent> events, List<Effect> effects, Created created) implements Ruling {

        /** Copies the lists. */
        public Change {
            events = List.copyOf(events);
            effects = List.copyOf(effects);
        }

        /** A change that makes nothing with an id of its own. */
        public static Change of(OrderState after, NewEvent event, List<Effect> effects) {
            return new Change(after, List.of(event), effects, null);
        }
    }

    /** All is as the command wants it already. */
    record Unchanged() implements Ruling {}

    /** Nothing is done. */
    record Refuse(Refusal refusal) implements Ruling {}

    /** Nothing is done, and one of the tries that the order's verification allows is gone. */
    record FailedTry(Fault fault) implements Ruling {}

    /**
     * What a command made.
     *
     * @param name of its id in the answer, like {@code refund_id}
     */
    record Created(String name, UUID id) {}

    /** The order's status does not allow it. */
    static Ruling illegal(String detail) {
        return new Refuse(new Refusal.Illegal("invalid_transition", detail));
    }

    /** What was asked for has faults that show only beside the order. */
    static Ruling invalid(Fault... faults) {
        return new Refuse(new Refusal.Invalid(List.of(faults)));
    }
}
