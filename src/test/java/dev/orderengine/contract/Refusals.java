package dev.orderengine.contract;

import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What every operation refuses in the same way. The engine's witness sees whether it is answered as the contract says. */
final class Refusals implements Scenario {

    private static final byte[] NO_JSON = "{".getBytes(StandardCharsets.UTF_8);
    private static final byte[] TOO_LARGE = new byte[4 * 1024 * 1024 + 1];

    @Override
    public void play(RunningEngine engine) {
        List<String> wrong = new ArrayList<>();
        for (Operation operation : engine.witness().contract().operations()) {
            new Attempts(engine, operation, wrong).make();
        }
        if (!wrong.isEmpty()) {
            throw new AssertionError(String.join("\n", wrong));
        }
    }

    private record Attempts(RunningEngine engine, Operation operation, List<String> wrong) {

        void make() {
            Call call = Call.example(operation);
            Api admin = engine.as("admin").atRoot().with(TRACED);
            if (operation.scope().isPresent()) {
                expect(401, engine.withToken(null).atRoot().with(TRACED), call.bytes());
                expect(
                        403,
                        engine.withToken(engine.tokens().token("nobody"))
                                .atRoot()
                                .with(TRACED),
                        call.bytes());
            }
            if (!operation.path().contains("/webhooks/")) {
                expect(400, admin, call.bytes(), "X-Anything", "4242-4242-4242-4242");
            }
            if (operation.response(406).exists()) {
                expect(406, admin, call.bytes(), "Accept", "application/nothing");
            }
            if (operation.body().exists()) {
                expect(413, admin, TOO_LARGE);
                expect(415, admin, call.bytes(), "Content-Type", "text/plain");
                expect(400, admin, NO_JSON);
            }
            if (operation.parameter("header", "Idempotency-Key").isPresent()) {
                expect(400, admin, call.bytes(), "Idempotency-Key", "k".repeat(256));
            }
        }

        private void expect(int status, Api api, byte[] body, String... headers) {
            Call call = Call.example(operation);
            Answer answer = api.send(operation.method(), call.path(), body, call.headers(headers));
            if (answer.status() != status) {
                wrong.add(operation.title() + " was to refuse with " + status + ", and answered " + answer);
            }
        }
    }
}
