package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Pausable;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every operation that needs a token, and readiness, while what any of them needs hangs. */
record Outage(Pausable... dependencies) implements Scenario {

    /** Answered from the process itself. */
    private static final Set<String> NEED_NOTHING = Set.of("getRules", "listLogLevels", "putLogLevel");

    @Override
    public void play(RunningEngine engine) {
        Api admin = engine.as("admin").atRoot().with(TRACED);
        Map<Operation, CompletableFuture<Answer>> answers;
        Stream.of(dependencies).forEach(Pausable::pause);
        try {
            answers = engine.witness().contract().operations().stream()
                    .filter(operation -> operation.scope().isPresent())
                    .filter(operation -> !NEED_NOTHING.contains(operation.id()))
                    .collect(Collectors.toMap(
                            Function.identity(),
                            operation -> Call.example(operation).by(admin)));
            await("not ready").until(() -> admin.get("/health/ready").status() == 503);
            CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
                    .join();
        } finally {
            Stream.of(dependencies).forEach(Pausable::resume);
        }
        answers.forEach((operation, answer) -> assertThat(answer.join().status())
                .as(operation.title() + ": " + answer.join())
                .isEqualTo(503));
    }
}
