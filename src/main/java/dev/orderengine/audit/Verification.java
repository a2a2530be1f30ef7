package dev.orderengine.audit;

import java.util.List;

/**
 * What a look at a part of the chain has found.
 *
 * @param links that were looked at
 * @param reached where the next look begins; null if the end was reached
 * @param head the last link that was looked at; null if there was none
 */
public record Verification(long links, List<Finding> findings, Reached reached, AuditSeal head) {

    /**
     * How far a verification has come.
     *
     * @param position of the last link
     * @param entryId the greatest of the entries that were looked at
     */
    public record Reached(long position, long entryId) {

        /** Before the first link. */
        public static final Reached NOTHING = new Reached(0, 0);
    }
}
