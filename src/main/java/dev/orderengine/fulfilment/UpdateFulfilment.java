package dev.orderengine.fulfilment;

import dev.orderengine.order.Fulfilment;
import dev.orderengine.order.OrderCommand;
import java.util.UUID;

/**
 * Tells what became of a parcel; may be told again, and late.
 *
 * @param tracking null if it is not said
 */
public record UpdateFulfilment(UUID fulfilmentId, Fulfilment.State state, String tracking) implements OrderCommand {}
