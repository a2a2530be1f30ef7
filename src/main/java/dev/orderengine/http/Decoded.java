package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.order.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What was read from the body of a request.
 *
 * @param value what was asked for; incomplete, and perhaps null, if there are faults
 * @param faults every fault that was found
 */
record Decoded<T>(T value, List<Fault> faults) {

    /**
     * Reads an object.
     *
     * @param names of the fields that it may have
     */
    static <T> Decoded<T> of(JsonNode body, Set<String> names, Function<JsonFields, T> reading) {
        List<Fault> faults = new ArrayList<>();
        T value = JsonFields.of(body, "", names, faults).map(reading).orElse(null);
        return new Decoded<>(value, faults);
    }

    /**
     * What was asked for.
     *
     * @throws ProblemException naming every fault
     */
    T orRefuse() {
        if (!faults.isEmpty()) {
            throw new ProblemException(Problem.unprocessable(faults));
        }
        return value;
    }
}
