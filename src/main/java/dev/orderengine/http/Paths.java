package dev.orderengine.http;

/** Where the API is. */
final class Paths {

    static final String BASE = "/api/v1";

    private Paths() {}
}
