package dev.orderengine.payment.reconciliation;

import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/**
 * A comparison of one day at one provider.
 *
 * @param day of UTC
 * @param daily whether it is the daily job's, or was asked for
 * @param attempts how often it was taken up, which is also the fencing token of its lease
 * @param nextAt when it is due, or until when it is leased; null if nothing is to be done
 * @param failure why it failed the last time; null if it never did
 * @param compared payments and refunds that both sides or one of them had; null until it is done
 * @param differences how many were found; null until it is done
 */
public record Run(
        UUID id,
        String provider,
        LocalDate day,
        boolean daily,
        RunState state,
        int attempts,
        Instant nextAt,
        String failure,
        Integer compared,
        Integer differences,
        Instant createdAt,
        Instant updatedAt) {

    /** A new one, due now. */
    public static Run asked(UUID id, String provider, LocalDate day, Instant now) {
        return waiting(id, provider, day, false, now);
    }

    static Run daily(UUID id, String provider, LocalDate day, Instant now) {
        return waiting(id, provider, day, true, now);
    }

    private static Run waiting(UUID id, String provider, LocalDate day, boolean daily, Instant now) {
        return new Run(id, provider, day, daily, RunState.WAITING, 0, now, null, null, null, now, now);
    }
}
