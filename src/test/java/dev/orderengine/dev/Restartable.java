package dev.orderengine.dev;

/** A server that a test can take away. Connections are refused while it is stopped. */
public interface Restartable {

    /** Stops the server, returns when it is gone. */
    void stop();

    /** Starts the server again on the same port, returns when it answers. */
    void start();
}
