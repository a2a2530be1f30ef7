package dev.orderengine.dev;

import java.net.URI;

/** An SQS server. Queues and messages outlive {@link #stop()} and {@link #start()}. Any credentials are accepted. */
public interface SqsServer extends Restartable {

    /** The endpoint to give to an SQS client, {@code http://127.0.0.1:9324} for instance. */
    URI endpoint();

    /** The region that the queues are in. */
    String region();
}
