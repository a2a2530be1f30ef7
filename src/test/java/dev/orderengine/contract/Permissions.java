package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.orderengine.support.RawHttp;
import dev.orderengine.support.RunningEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Every operation, called in every role: who has not the scope gets 403, who has it gets past that. Bodies are none, so nothing is done. */
final class Permissions implements Scenario {

    private static final String NO_JSON = "{";
    /** Needs two scopes. */
    private static final String FOR_STAFF = "streamEvents";

    private final Map<String, List<String>> roles;

    Permissions() {
        try {
            roles = new YAMLMapper().readValue(Files.readString(Path.of("conf/roles.yaml")), new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        roles.put("emperor", List.of());
        roles.put("", List.of());
    }

    @Override
    public void play(RunningEngine engine) {
        List<String> wrong = new ArrayList<>();
        RawHttp raw = new RawHttp(engine.as("admin").engine());
        roles.forEach((role, scopes) -> engine.witness().contract().operations().stream()
                .filter(operation -> operation.scope().isPresent())
                .forEach(operation -> {
                    int status = status(raw, request(operation, engine.tokens().token(role, "c-role")));
                    boolean may = scopes.contains(operation.scope().get())
                            && (!operation.id().equals(FOR_STAFF) || scopes.contains("orders:all"));
                    if (may ? status == 401 || status == 403 : status != 403) {
                        wrong.add(operation.title() + " answered " + status + " in the role '" + role + "'");
                    }
                }));
        assertThat(wrong).isEmpty();
    }

    private static int status(RawHttp raw, String request) {
        try {
            return raw.send(request).status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Raw, for some answers never end. */
    private static String request(Operation operation, String token) {
        String body = operation.body().exists() ? NO_JSON : "";
        StringBuilder request = new StringBuilder(operation.method())
                .append(' ')
                .append(Subjects.example(operation))
                .append(" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ")
                .append(token)
                .append("\r\nContent-Length: ")
                .append(body.length())
                .append("\r\n");
        String[] headers = Call.example(operation).headers();
        for (int i = 0; i < headers.length; i += 2) {
            request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        return request.append("\r\n").append(body).toString();
    }
}
