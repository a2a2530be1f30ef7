package dev.orderengine.order;

/** What a decision was made on, and is not locked with the order, has changed until it was written; another decision may fare better. */
public final class DecisionOutdated extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    public DecisionOutdated(String message) {
        super(message);
    }
}
