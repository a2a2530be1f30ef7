package dev.orderengine.contract;

import dev.orderengine.support.RunningEngine;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Sends what {@link FuzzedCalls} makes to an engine, several operations at once, and collects what {@link Judge} finds. */
final class Fuzz {

    private static final int CLIENTS = 4;
    private static final int CASES_OF_A_SUBJECT = 25;
    private static final int ALIKE = 2;
    private static final int PATIENT = 4;
    private static final int SHORT = 600;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RunningEngine engine;
    private final Contract contract;
    private final Schemas schemas;
    private final Words words;
    private final Judge judge;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI address;
    private final Map<String, String> tokens;

    Fuzz(RunningEngine engine) {
        this.engine = engine;
        this.contract = engine.witness().contract();
        this.schemas = engine.witness().schemas();
        this.words = new Words(contract);
        this.judge = new Judge(engine.witness());
        this.address = engine.as("admin").engine();
        this.tokens = List.of("admin", "nobody", "customer", "reviewer").stream()
                .collect(Collectors.toMap(role -> role, role -> engine.tokens().token(role)));
    }

    /** What is wrong, with the seed and a curl for each; of what is alike only the first. */
    List<String> findings(long seed, int cases) {
        List<String> findings = new ArrayList<>();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            // What replaces products and stock comes last, for the others' examples name them.
            Predicate<Operation> replaces = operation -> operation.method().equals("PUT");
            findings.addAll(findings(clients, replaces.negate(), seed, cases));
            findings.addAll(findings(clients, replaces, seed, cases));
        } finally {
            clients.shutdownNow();
        }
        return findings;
    }

    private List<String> findings(ExecutorService clients, Predicate<Operation> chosen, long seed, int cases) {
        List<CompletableFuture<List<String>>> running = contract.operations().stream()
                .filter(chosen)
                .map(operation -> CompletableFuture.supplyAsync(() -> play(operation, seed, cases), clients))
                .toList();
        return running.stream().flatMap(found -> found.join().stream()).toList();
    }

    private List<String> play(Operation operation, long seed, int cases) {
        List<String> findings = new ArrayList<>();
        Map<String, Integer> kinds = new HashMap<>();
        String subject = "";
        for (int number = 0; number < cases; number++) {
            if (number % CASES_OF_A_SUBJECT == 0) {
                subject = new Subjects(engine).fresh(operation);
            }
            FuzzedCall call = FuzzedCalls.call(schemas, words, operation, seed, number, subject);
            for (String fault : faults(call)) {
                if (kinds.merge(fault.replaceAll("[0-9]+", "0"), 1, Integer::sum) <= ALIKE) {
                    findings.add("%s, seed %d, case %d: %s%n  %s"
                            .formatted(operation.title(), seed, number, shortened(fault), call.curl()));
                }
            }
        }
        return findings;
    }

    private List<String> faults(FuzzedCall call) {
        try {
            Exchange exchange = send(call, PATIENT);
            return judge.faults(call, exchange).stream()
                    .map(fault -> exchange.status() + ", " + fault + "; it was " + shortened(exchange.body()))
                    .toList();
        } catch (IOException | AssertionError e) {
            return List.of("there is no answer that can be read: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** On a machine under load a call may take too long; one that always does is a finding. */
    private Exchange send(FuzzedCall call, int repeats) throws IOException, InterruptedException {
        Exchange exchange = send(call);
        return exchange.status() == 503 && repeats > 0 ? send(call, repeats - 1) : exchange;
    }

    private Exchange send(FuzzedCall call) throws IOException, InterruptedException {
        HttpRequest request = request(call);
        HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            return new Exchange(
                    request.method(),
                    call.path(),
                    request.headers().map().keySet().stream()
                            .map(name -> name.toLowerCase(Locale.ROOT))
                            .collect(Collectors.toSet()),
                    call.text(),
                    response.statusCode(),
                    response.headers(),
                    isStream(response) ? "what comes later" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static boolean isStream(HttpResponse<?> response) {
        return response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
    }

    private HttpRequest request(FuzzedCall call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(call.path()))
                .timeout(PATIENCE)
                .method(
                        call.operation().method(),
                        call.body().length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(call.body()));
        if (!call.headers().isEmpty()) {
            request.headers(call.headers().toArray(String[]::new));
        }
        if (!call.caller().isEmpty()) {
            request.header("Authorization", "Bearer " + tokens.getOrDefault(call.caller(), call.caller()));
        }
        return request.build();
    }

    private static String shortened(String text) {
        return text.length() <= SHORT ? text : text.substring(0, SHORT) + "…";
    }
}
