package dev.orderengine.queue;

import io.vertx.core.Future;

/** What is done with the messages of a queue. */
@FunctionalInterface
public interface MessageHandler {

    /**
     * Handles one message. Called on the consumer's context, for as many messages at once as the consumer lets in flight. The same
     * message may come again, and a later one before an earlier one: the effect must be the same.
     *
     * @return what is to become of the message; a failure says that it could not be handled this time, as {@link Handled.Later} does
     */
    Future<Handled> handle(Message message);
}
