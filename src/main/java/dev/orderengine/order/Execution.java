package dev.orderengine.order;

import dev.orderengine.bus.BusMessage;

/** What came of a command. */
public sealed interface Execution extends BusMessage {

    /**
     * It is done, durably.
     *
     * @param status of HTTP
     * @param version of the order after it
     * @param body the answer, the same for every replay byte for byte
     * @param replayed whether it was done by an earlier request with the same key
     */
    record Done(int status, int version, String body, boolean replayed) implements Execution {}

    /** It changed nothing. */
    record Refused(Refusal refusal) implements Execution {}
}
