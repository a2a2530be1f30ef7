package dev.orderengine.bus;

/**
 * A place on the event bus with the types that travel to and from it.
 *
 * @param name where it is on the bus
 * @param request what is sent to it
 * @param reply what comes back
 */
public record Address<Q extends BusMessage, R extends BusMessage>(String name, Class<Q> request, Class<R> reply) {}
