package dev.orderengine.config;

import java.time.Instant;
import java.util.Map;

/** Where secrets come from beside the configuration file and the environment. */
@FunctionalInterface
public interface Secrets {

    /**
     * What is there now, by the names of the variables that could be set instead ({@code ENGINE_DATABASE_PASSWORD}); blocks.
     *
     * @throws UnavailableException when it cannot be read
     */
    Map<String, Version> read();

    /**
     * One secret.
     *
     * @param since when it was made
     */
    record Version(String value, Instant since) {

        /** Without the value. */
        @Override
        public String toString() {
            return Masking.MASK + " since " + since;
        }
    }

    /** They cannot be read; the message says where and why, and nothing of them. */
    final class UnavailableException extends RuntimeException {

        public UnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
