package dev.orderengine.database;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.UUID;

/**
 * The idempotency key under which something is asked for.
 *
 * @param requestHash of the request that the key stands for
 * @param id of what the request does, made for this attempt
 * @param at when it was asked for
 */
public record RequestKey(String caller, String key, Buffer requestHash, UUID id, Instant at) {}
