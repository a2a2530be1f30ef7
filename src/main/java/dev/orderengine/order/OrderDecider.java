package dev.orderengine.order;

import java.time.Instant;

/** Decides on one type of command. Pure but for the ids of what it creates. */
@FunctionalInterface
public interface OrderDecider<C extends OrderCommand> {

    /** @param order locked until what is decided is written */
    Ruling decide(LockedOrder order, C command, Instant now);
}
