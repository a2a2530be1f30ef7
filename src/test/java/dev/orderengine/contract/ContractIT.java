package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The contract and the engine say the same: routes, methods, scopes, statuses, problem codes, headers, and the fields of requests and
 * answers. {@code docs/testing.md} tells how to add an operation.
 */
@ExtendWith(SharedServices.class)
class ContractIT {

    private static final String STRANGE = "zz_unknown";
    private static final Pattern KNOWN = Pattern.compile("known are \\[(.*)]");

    private static RunningEngine engine;
    private static Contract contract;
    private static Api admin;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, ContractIT.class, Map.of("ENGINE_ORDERS_SWEEP_INTERVAL", "PT0.2S"));
        contract = engine.witness().contract();
        admin = engine.as("admin").atRoot();
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void contractAndRouter_nameTheSameOperationsAndScopes() {
        Set<String> routes = engine.router().getRoutes().stream()
                .filter(route -> route.getPath() != null)
                .filter(route -> route.methods() != null && !route.methods().isEmpty())
                .flatMap(route -> route.methods().stream()
                        .map(method -> line(
                                method.name(),
                                route.getPath().replaceAll(":[A-Za-z_]+", "{}"),
                                route.getMetadata("scope"))))
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> operations = contract.operations().stream()
                .map(operation -> line(
                        operation.method(),
                        operation.path().replaceAll("\\{[a-z_]+}", "{}"),
                        operation.scope().orElse(null)))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(routes)
                .as("ApiRoutes (left) and the paths of openapi.yaml (right): method, path, scope")
                .isEqualTo(operations);
    }

    private static String line(String method, String path, String scope) {
        return method + " " + path + " " + (scope == null ? "without a token" : scope);
    }

    @Test
    void everythingThatTheContractPromises_isSeen(Services services) {
        Stream.of(
                        new Refusals(),
                        new OrdersScenario(),
                        new CommandsScenario(),
                        new FulfilmentScenario(),
                        new StreamsScenario(),
                        new CatalogueScenario(),
                        new CartsScenario(services.redis()),
                        new WebhooksScenario(services.payments()),
                        new OperationScenario(),
                        new OperatorsScenario(),
                        new AuditScenario(),
                        new Outage(services.postgres(), services.redis()))
                .forEach(scenario -> scenario.play(engine));

        Coverage coverage = new Coverage(contract);
        Set<String> seen = engine.witness().seen();
        assertThat(coverage.unseen(seen))
                .as("openapi.yaml promises it, and no scenario of ContractIT saw it")
                .isEmpty();
        assertThat(coverage.idleExcuses(seen))
                .as("contract-unseen.yaml excuses it without need")
                .isEmpty();
    }

    @Test
    void everyRole_mayDoWhatItsScopesSay_andNothingElse() {
        new Permissions().play(engine);
    }

    @Test
    void customers_neverLearnOfTheOrdersOfOthers() {
        new Strangers().play(engine);
    }

    /** The engine names the fields that it knows when it is sent one that it does not. */
    @Test
    void bodies_takeTheFieldsOfTheContract_andNoOthers() {
        contract.operations().stream()
                .filter(operation -> operation.body().exists())
                .forEach(operation -> compareFields(operation, operation.body(), ""));
    }

    private static void compareFields(Operation operation, Part schema, String pointer) {
        Part properties = schema.get("properties");
        if (schema.get("items").exists()) {
            compareFields(operation, schema.get("items"), pointer + "/0");
        } else if (properties.exists()) {
            assertThat(knownFields(operation, pointer))
                    .as("fields that " + operation.title() + " takes at '" + pointer + "' (left), and openapi.yaml")
                    .isEqualTo(properties.fields().map(Map.Entry::getKey).collect(Collectors.toSet()));
            properties
                    .fields()
                    .forEach(field -> compareFields(operation, field.getValue(), pointer + "/" + field.getKey()));
        }
    }

    private static Set<String> knownFields(Operation operation, String pointer) {
        JsonNode example = operation
                .examples()
                .map(named -> named.getValue().node())
                .filter(value -> value.at(pointer).isObject())
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "no example of " + operation.title() + " has an object at '" + pointer + "'"));
        JsonNode body = example.deepCopy();
        ((ObjectNode) body.at(pointer)).put(STRANGE, 1);
        return known(send(operation, new Subjects(engine).fresh(operation), body), pointer + "/" + STRANGE);
    }

    @Test
    void queries_takeTheParametersOfTheContract_andNoOthers() {
        for (Operation operation : contract.operations()) {
            Set<String> named = operation
                    .parameters("query")
                    .map(parameter -> parameter.get("name").text())
                    .collect(Collectors.toSet());
            if (!named.isEmpty()) {
                String path = new Subjects(engine).fresh(operation);
                String strange = path + (path.contains("?") ? "&" : "?") + STRANGE + "=1";
                Answer answer = new Call(operation, strange, null).by(admin).join();
                assertThat(known(answer, "query/" + STRANGE))
                        .as("parameters that " + operation.title() + " takes (left), and openapi.yaml")
                        .isEqualTo(named);
            }
        }
    }

    private static Set<String> known(Answer answer, String pointer) {
        String message = Optional.ofNullable(messages(answer).get(pointer))
                .orElseThrow(() -> new AssertionError("no fault at " + pointer + " in " + answer));
        Matcher known = KNOWN.matcher(message);
        assertThat(known.find()).as(message).isTrue();
        return Set.of(known.group(1).split(", "));
    }

    /** What is said of each place; a batch tells of each of its parts apart. */
    private static Map<String, String> messages(Answer answer) {
        Map<String, String> messages = new HashMap<>();
        messages("", answer.json(), messages);
        JsonNode results = answer.json().path("results");
        for (int i = 0; i < results.size(); i++) {
            messages("/" + i, results.get(i).path("problem"), messages);
        }
        return messages;
    }

    private static void messages(String at, JsonNode problem, Map<String, String> messages) {
        problem.path("errors")
                .forEach(fault -> messages.put(
                        at + fault.get("pointer").asText(), fault.get("message").asText()));
    }

    @Test
    void examplesOfRequests_areAccepted() {
        for (Operation operation : contract.operations()) {
            operation.examples().forEach(example -> {
                Answer answer = send(
                        operation,
                        new Subjects(engine).fresh(operation),
                        example.getValue().node());
                assertThat(answer.status())
                        .as(operation.title() + ", example " + example.getKey() + ": " + answer)
                        .isBetween(200, 299);
            });
        }
    }

    private static Answer send(Operation operation, String path, JsonNode body) {
        return new Call(operation, path, body).by(admin).join();
    }
}
