package dev.orderengine.order;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * Names something that is ordered at most once, whoever asks for it and under whichever idempotency key. Such a key claims the same
 * place as a caller's, so that its second order is a replay of the first.
 *
 * @param scope what kind of thing; never the subject of a token together with a key that its holder could know
 * @param key of the thing; not to be guessed
 * @param contentHash what is ordered: the same thing with another content is not a replay
 */
public record OnceKey(String scope, String key, Buffer contentHash) {

    /** @param content short text that tells contents apart */
    public static OnceKey of(String scope, String key, String content) {
        return new OnceKey(scope, key, Buffer.buffer(content.getBytes(StandardCharsets.UTF_8)));
    }
}
