package dev.orderengine.order;

/**
 * What a caller wants of an existing order: well-formed, not yet decided on. An immutable record.
 *
 * <p>Its way: a route has it decoded and sends it in an {@link Execute} to {@link OrderCommandVerticle}; with what else arrived it is
 * carried out in one transaction ({@link PgCommandStore}): the {@link OrderDecider} of its type, named in {@link Deciders}, sees the
 * locked order and gives a {@link Ruling}; a change is written with its events and effects, each {@link Effect} by the
 * {@link EffectWriter} of its kind, and the answer with the idempotency key. A new command is a record, a decider, a decoder and a
 * route; what it needs to know of the order is in {@link LockedOrder}, what it does beyond the order's row is an effect.
 */
public interface OrderCommand {}
