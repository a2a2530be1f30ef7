package dev.orderengine.order;

import java.util.List;

/** Why a command was not carried out; it changed nothing, and its key may be used again. */
public sealed interface Refusal {

    /** There is no such order, or it is not the caller's; or it has not what the command names. */
    record NotFound() implements Refusal {}

    /** The order has another version than the caller expects. */
    record OtherVersion() implements Refusal {}

    /** The key stands for another request. */
    record KeyReused() implements Refusal {}

    /** The request that the key stands for is still at work. */
    record KeyInUse() implements Refusal {}

    /**
     * The order is in no state for it.
     *
     * @param code stable, snake_case; {@code invalid_transition} where the table of moves says no
     */
    record Illegal(String code, String detail) implements Refusal {}

    /** It has faults that show only beside the order. */
    record Invalid(List<Fault> faults) implements Refusal {}
}
