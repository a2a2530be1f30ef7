package dev.orderengine.http.token;

import io.vertx.core.json.JsonObject;

/**
 * What a good token says.
 *
 * @param era of the keys that it was verified by; see {@link TokenKeys#isCurrent}
 */
public record VerifiedToken(JsonObject claims, int era) {}
