package dev.orderengine.support;

import dev.orderengine.dev.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** A test's own connection to Redis. Calls block. */
public final class RedisAccess implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final Redis redis;

    public RedisAccess(RedisServer server) {
        this.redis = Redis.createClient(vertx, server.url());
    }

    /** Runs a command. */
    public Response send(String command, String... arguments) {
        Request request = Request.cmd(Command.create(command));
        for (String argument : arguments) {
            request.arg(argument);
        }
        return redis.send(request).await();
    }

    /** Whether there is such a key. */
    public boolean exists(String key) {
        return send("EXISTS", key).toInteger() == 1;
    }

    /** What a key holds, for {@link #restore}. */
    public byte[] dump(String key) {
        return send("DUMP", key).toBytes();
    }

    /** Gives a key what it held before. */
    public void restore(String key, byte[] dump) {
        redis.send(Request.cmd(Command.RESTORE).arg(key).arg(0).arg(dump).arg("REPLACE"))
                .await();
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
