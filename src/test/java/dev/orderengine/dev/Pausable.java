package dev.orderengine.dev;

/** A server that can also hang: while it is paused, connections are accepted but nothing is answered. */
public interface Pausable extends Restartable {

    /** Freezes the server's processes. */
    void pause();

    /** Lets the frozen processes go on. */
    void resume();
}
