package dev.orderengine.payment;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a provider holds money for us.
 *
 * @param renewal how long until it should be asked to hold it further
 * @param life how long in all; after it what is held must have been taken
 */
public record AuthorizationTerms(Duration renewal, Duration life) {

    /** When to see to money that is held, now that the provider has just promised it. */
    Instant nextLook(Instant authorizedAt, Instant now) {
        Instant renewed = now.plus(renewal);
        Instant end = authorizedAt.plus(life);
        return renewed.isBefore(end) ? renewed : end;
    }

    boolean areOver(Instant authorizedAt, Instant now) {
        return !now.isBefore(authorizedAt.plus(life));
    }
}
