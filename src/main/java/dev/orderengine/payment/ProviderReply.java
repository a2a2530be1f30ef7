package dev.orderengine.payment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/**
 * What a provider sent back.
 *
 * @param retryAfter the header of that name; null if absent
 * @param body empty if there was none
 */
public record ProviderReply(int status, String retryAfter, byte[] body) {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration AFTER_A_BAD_KEY = Duration.ofSeconds(30);

    /** Reads the parts that matter. */
    public static ProviderReply of(HttpResponse<Buffer> response) {
        byte[] body = response.body() == null ? new byte[0] : response.body().getBytes();
        return new ProviderReply(response.statusCode(), response.getHeader("Retry-After"), body);
    }

    /** What replies mean that say nothing of what was asked itself; empty for those that do. */
    public Optional<ChargeOutcome> noAnswer() {
        if (status >= 500) {
            return Optional.of(new ChargeOutcome.Unknown("status " + status, true));
        }
        return switch (status) {
            case 401, 403 ->
                Optional.of(new ChargeOutcome.Unavailable("the API key is refused: " + status, AFTER_A_BAD_KEY));
            case 429 -> Optional.of(new ChargeOutcome.Unavailable("too many requests", wait(retryAfter)));
            default -> Optional.empty();
        };
    }

    /** What a reply means to a look-up that found nothing out. */
    public ChargeOutcome noLookUp() {
        return noAnswer().orElse(new ChargeOutcome.Unknown("look-up answered with " + status, false));
    }

    /** The body; empty if it is not what the reader reads. */
    public <T> Optional<T> read(ObjectReader reader) {
        try {
            return Optional.ofNullable(reader.readValue(body));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Duration wait(String retryAfter) {
        return Optional.ofNullable(retryAfter)
                .filter(seconds -> seconds.matches("[1-9][0-9]{0,4}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(RETRY_AFTER);
    }
}
