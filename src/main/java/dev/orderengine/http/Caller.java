package dev.orderengine.http;

import java.time.Instant;
import java.util.Set;

/**
 * Who calls.
 *
 * @param subject of the token
 * @param expiresAt when the token does
 */
record Caller(String subject, Set<Scope> scopes, Instant expiresAt) {

    boolean may(Scope scope) {
        return scopes.contains(scope);
    }

    /** Whether the orders of that customer are the caller's business. */
    boolean sees(String customerId) {
        return may(Scope.ORDERS_ALL) || subject.equals(customerId);
    }

    /** @throws ProblemException 403 when that customer is not the caller's business */
    void requireToSee(String customerId) {
        if (!sees(customerId)) {
            throw new ProblemException(Problem.of(
                    403, "not_your_customer", "The token does not allow this", "It may order for its own sub only."));
        }
    }
}
