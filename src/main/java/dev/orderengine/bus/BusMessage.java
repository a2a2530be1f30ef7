package dev.orderengine.bus;

/** Marks an immutable record that travels over the event bus of one JVM by reference, never as a copy. */
public interface BusMessage {}
