package dev.orderengine.redis;

/** Redis did not answer, or not in time; a write may have been done all the same. */
public final class RedisUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RedisUnavailableException(String message, Throwable cause) {
        super(message, cause, false, false);
    }
}
