package dev.orderengine.order;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Which decider is for which type of command. */
public final class Deciders {

    private final Map<Class<? extends OrderCommand>, OrderDecider<?>> byType = new HashMap<>();

    /** Adds one; for the start only. */
    public <C extends OrderCommand> Deciders on(Class<C> type, OrderDecider<C> decider) {
        byType.put(type, decider);
        return this;
    }

    /** @throws IllegalStateException if nobody decides on such a command */
    @SuppressWarnings("unchecked") // on() pairs each type with a decider of that type
    <C extends OrderCommand> Ruling decide(LockedOrder order, C command, Instant now) {
        OrderDecider<C> decider = (OrderDecider<C>) byType.get(command.getClass());
        if (decider == null) {
            throw new IllegalStateException(
                    "nobody decides on " + command.getClass().getSimpleName());
        }
        return decider.decide(order, command, now);
    }
}
