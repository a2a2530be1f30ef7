package dev.orderengine.payment;

/** What became of what a provider told without being asked. */
public enum Told {
    APPLIED,
    /** It was settled already. */
    NOTHING_NEW,
    /** It is none of ours. */
    UNKNOWN
}
