package dev.orderengine.outbox;

/** What became of one event that was to be published. */
public sealed interface PublishResult {

    /** The queue has confirmed it. */
    record Sent() implements PublishResult {}

    /**
     * The queue answered and did not take this event.
     *
     * @param senderFault whether the event itself is to blame, so that it will be refused again
     */
    record Refused(String reason, boolean senderFault) implements PublishResult {}

    /** It was not tried, for an earlier event of its order was refused. */
    record Held() implements PublishResult {}

    /** The queue is away: the event was not tried, or it was and no answer came, so that it may have arrived. */
    record Unanswered(Throwable cause) implements PublishResult {}
}
