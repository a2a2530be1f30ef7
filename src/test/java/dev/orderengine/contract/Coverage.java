package dev.orderengine.contract;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the contract promises, against what was seen: statuses, fields, headers, parameters, problem codes. */
final class Coverage {

    private final Contract contract;
    private final Map<String, String> excused;

    Coverage(Contract contract) {
        this.contract = contract;
        this.excused = excuses();
    }

    /** What the contract names and nobody saw, but for what {@code contract-unseen.yaml} excuses. */
    Set<String> unseen(Set<String> seen) {
        return missing(seen)
                .filter(name -> excused.keySet().stream().noneMatch(excuse -> Pattern.matches(excuse, name)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Excuses for what was seen after all. */
    Set<String> idleExcuses(Set<String> seen) {
        Set<String> missing = missing(seen).collect(Collectors.toSet());
        return excused.keySet().stream()
                .filter(excuse -> missing.stream().noneMatch(name -> Pattern.matches(excuse, name)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Stream<String> missing(Set<String> seen) {
        return contract.operations().stream()
                .flatMap(this::promised)
                .filter(place -> !seen.contains(place))
                .map(this::readable)
                .distinct();
    }

    private Stream<String> promised(Operation operation) {
        Part responses = operation.part().get("responses");
        return Stream.of(
                        responses
                                .fields()
                                .filter(status -> !isOther(status))
                                .map(status -> responses.pointerTo(status.getKey())),
                        responses
                                .fields()
                                .filter(status -> !isOther(status))
                                .flatMap(status -> promised(status.getValue())),
                        operation.parameters().stream()
                                .map(parameter -> operation.part().pointer() + "#"
                                        + parameter.get("name").text()),
                        Fields.named(operation.body()).stream())
                .flatMap(places -> places);
    }

    private static Stream<String> promised(Part response) {
        Part headers = response.get("headers");
        Part codes = response.get("x-problem-codes");
        return Stream.of(
                        headers.fields().map(header -> headers.pointerTo(header.getKey())),
                        codes.fields().map(code -> codes.pointerTo(code.getKey())),
                        response.get("content")
                                .fields()
                                .flatMap(media -> Fields.named(media.getValue().get("schema")).stream()))
                .flatMap(places -> places);
    }

    /** What HTTP itself refuses is tested by {@code HostileInputIT}. */
    private static boolean isOther(Map.Entry<String, Part> status) {
        return status.getKey().equals("default");
    }

    /** {@code placeOrder/responses/409}, {@code schemas/Order/properties/status}. */
    private String readable(String place) {
        return contract.operations().stream()
                .filter(operation -> place.startsWith(operation.part().pointer() + "/")
                        || place.startsWith(operation.part().pointer() + "#"))
                .findFirst()
                .map(operation -> operation.id()
                        + place.substring(operation.part().pointer().length()))
                .orElse(place.replaceFirst("^/components/", ""));
    }

    private static Map<String, String> excuses() {
        try (InputStream yaml = Coverage.class.getResourceAsStream("/contract-unseen.yaml")) {
            return new YAMLMapper().readValue(yaml, new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException("contract-unseen.yaml is no YAML map", e);
        }
    }
}
