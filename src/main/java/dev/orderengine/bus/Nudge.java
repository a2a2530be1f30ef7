package dev.orderengine.bus;

/** Says "there is work": carries nothing, may be lost (polling is the safety net), and is answered by nobody. */
public record Nudge() implements BusMessage {

    /** The one nudge there is. */
    public static final Nudge NUDGE = new Nudge();
}
