package dev.orderengine.order;

import java.util.Map;

/**
 * A fact that is about to be recorded; its sequence is given when it is written.
 *
 * @param data what the event says, as JSON values; never personal data beyond ids, never a token
 */
public record NewEvent(EventType type, Map<String, Object> data) {}
