package dev.orderengine.audit;

import java.util.Locale;

/**
 * Something that is not as it was sealed.
 *
 * @param position of the link, 0 where there is none
 * @param entryId of the entry, 0 where there is none
 */
public record Finding(Kind kind, long position, long entryId) {

    /** What was done to it. */
    public enum Kind {
        /** The entry says something else than when it was sealed. */
        EDITED,
        /** The entry says what another said when that was sealed. */
        REORDERED,
        /** The entry is not in the log any more. */
        REMOVED,
        /** The entry is in the log, but was never sealed, nor waits for it. */
        INSERTED,
        /** The link, or the one before it, says something else than when it was chained. */
        CHAIN_EDITED,
        /** There is no link at this position. */
        CHAIN_REMOVED,
        /** The chain does not lead to a head that was kept elsewhere. */
        ANCHOR_MISSED;

        private final String wire = name().toLowerCase(Locale.ROOT);

        /** Its name outside. */
        public String wire() {
            return wire;
        }
    }
}
