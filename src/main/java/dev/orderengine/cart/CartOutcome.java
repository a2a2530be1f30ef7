package dev.orderengine.cart;

/** What came of a change of a cart. */
public sealed interface CartOutcome {

    /** It is done; this is the cart now, or, when it was removed, what it was. */
    record Done(Cart cart, boolean created) implements CartOutcome {}

    /** There is no such cart or line, or it is not the caller's. */
    record Absent() implements CartOutcome {}

    /** The cart is not in the state that was asked for. */
    record Stale() implements CartOutcome {}

    /** The cart has as many lines as it may have. */
    record Full() implements CartOutcome {}

    /**
     * Its checkout was begun, and nobody said how it ended.
     *
     * @param abandoned whether that is so long ago that whoever began it is not at it any more
     */
    record CheckingOut(Cart cart, boolean abandoned) implements CartOutcome {}
}
