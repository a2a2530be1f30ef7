package dev.orderengine.payment.reconciliation;

import dev.orderengine.payment.reconciliation.Difference.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether what a provider has and what we have is the same. */
final class ComparisonDecider {

    /** What is younger may still be on its way, by the provider's answer, its webhook, or a look-up. */
    private static final Duration ON_ITS_WAY = Duration.ofHours(1);

    private ComparisonDecider() {}

    /**
     * Compares one thing.
     *
     * @param read when the provider was asked
     */
    static Optional<Difference> compare(Ours ours, Theirs theirs, Instant read) {
        if (isMoving(ours, read)) {
            return Optional.empty();
        }
        if (!agree(ours.standing(), theirs.standing())) {
            return Optional.of(Difference.between(Kind.STATE_DIFFERS, ours, theirs));
        }
        return amountsMatter(theirs.standing())
                        && !ours.amountWhen(theirs.standing()).isSameAs(theirs.amount())
                ? Optional.of(Difference.between(Kind.AMOUNT_DIFFERS, ours, theirs))
                : Optional.empty();
    }

    /** What changed since the provider was asked is compared another time. */
    private static boolean isMoving(Ours ours, Instant read) {
        return !ours.updatedAt().isBefore(read)
                || (ours.standing() == Standing.UNDER_WAY
                        && ours.createdAt().plus(ON_ITS_WAY).isAfter(read));
    }

    private static boolean agree(Standing ours, Standing theirs) {
        return switch (theirs) {
            case WAS_HELD -> ours == Standing.HELD || ours == Standing.MOVED || ours == Standing.LET_GO;
            case NOTHING, LET_GO -> ours == Standing.NOTHING || ours == Standing.LET_GO;
            default -> ours == theirs;
        };
    }

    private static boolean amountsMatter(Standing theirs) {
        return theirs == Standing.MOVED || theirs == Standing.HELD || theirs == Standing.WAS_HELD;
    }
}
