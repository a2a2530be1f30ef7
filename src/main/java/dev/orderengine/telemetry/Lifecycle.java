package dev.orderengine.telemetry;

import java.util.concurrent.atomic.AtomicReference;

/** How far a process has come. It only goes forward: an engine told to stop while it starts never becomes ready. Thread-safe. */
public final class Lifecycle {

    /** In their order. */
    public enum State {
        STARTING,
        READY,
        DRAINING,
        STOPPED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);

    /** Where it is now. */
    public State state() {
        return state.get();
    }

    /** Everything serves. */
    public void ready() {
        advance(State.READY);
    }

    /** No new work, please; what is in flight is being finished. */
    public void draining() {
        advance(State.DRAINING);
    }

    /** Nothing serves any more. */
    public void stopped() {
        advance(State.STOPPED);
    }

    private void advance(State next) {
        state.accumulateAndGet(next, (current, wanted) -> current.compareTo(wanted) < 0 ? wanted : current);
    }
}
