package dev.orderengine.security;

import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Something that must not succeed.
 *
 * @param risk of OWASP's API Security Top 10 of 2023
 * @param name what is tried, for people
 * @param attempt tells what came of it, if that is a finding; what it throws is one too
 */
record Attack(Risk risk, String name, Callable<Optional<String>> attempt) {

    /** Tries it. */
    Optional<String> finding() {
        try {
            return attempt.call();
        } catch (Exception | AssertionError e) {
            return Optional.of(e.toString());
        }
    }
}
