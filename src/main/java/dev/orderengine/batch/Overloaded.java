package dev.orderengine.batch;

/** A bounded queue is full: the work was not taken up, and the caller may come back later. */
public final class Overloaded extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public Overloaded(String queue) {
        super(queue + " is full", null, false, false);
    }
}
