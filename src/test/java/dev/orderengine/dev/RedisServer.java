package dev.orderengine.dev;

/** A Redis server. What it held is lost when it stops. */
public interface RedisServer extends Pausable {

    /** The host that the server listens on. */
    String host();

    /** The TCP port that the server listens on. */
    int port();

    /** The address as clients take it: {@code redis://host:port}. */
    default String url() {
        return "redis://" + host() + ":" + port();
    }
}
