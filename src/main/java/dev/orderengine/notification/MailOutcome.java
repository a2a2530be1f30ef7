package dev.orderengine.notification;

/**
 * What became of one try to mail.
 *
 * @param result what is known
 * @param reason why it was not sent; null if it was. Names no address
 */
record MailOutcome(Result result, String reason) {

    enum Result {
        /** The mail server took it. */
        SENT,
        /** Nothing of it was handed over, or the server said that it does not take it now. */
        NOT_SENT,
        /** The server said that it will never take it. */
        REFUSED,
        /** It was being handed over when the connection or the patience ended: the server may have taken it. */
        DOUBTFUL
    }
}
