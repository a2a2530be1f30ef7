package dev.orderengine.support;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Clients who all call at once, and of whom each who is told to come back does so, with the key that he had: a slow machine is no fault. */
public final class Persistent {

    private Persistent() {}

    /** A client's call. */
    @FunctionalInterface
    public interface Call {

        /** @param key its idempotency key */
        CompletableFuture<Answer> with(int client, String key);
    }

    /** What each of them is told in the end; those who come back do so one after the other, as by their Retry-After. */
    public static List<Answer> answers(int clients, Call call) {
        List<String> keys = Stream.generate(() -> UUID.randomUUID().toString())
                .limit(clients)
                .toList();
        List<CompletableFuture<Answer>> first = IntStream.range(0, clients)
                .mapToObj(client -> call.with(client, keys.get(client)))
                .toList();
        List<Answer> told = first.stream().map(CompletableFuture::join).toList();
        return IntStream.range(0, clients)
                .mapToObj(
                        client -> isFinal(told.get(client)) ? told.get(client) : again(client, keys.get(client), call))
                .toList();
    }

    private static Answer again(int client, String key, Call call) {
        return await().pollDelay(Duration.ZERO)
                .until(() -> call.with(client, key).join(), Persistent::isFinal);
    }

    private static boolean isFinal(Answer answer) {
        return answer.status() != 503
                && !(answer.status() == 409 && answer.text("code").equals("idempotency_key_in_use"));
    }
}
