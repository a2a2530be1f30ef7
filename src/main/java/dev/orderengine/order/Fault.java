package dev.orderengine.order;

/**
 * One thing that is wrong with a request.
 *
 * @param pointer where: a JSON Pointer into the body, or {@code query/limit}, {@code header/If-Match}, {@code path/id}
 * @param code stable, snake_case
 * @param message a sentence for a person
 */
public record Fault(String pointer, String code, String message) {}
