package dev.orderengine.returns;

import dev.orderengine.order.OrderCommand;
import java.util.UUID;

/** Tells that the goods of a return are back; may be told again. */
public record ReceiveReturn(UUID returnId) implements OrderCommand {}
