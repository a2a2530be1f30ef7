package dev.orderengine.http;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The table from roles to scopes, {@code conf/roles.yaml}. */
public final class Roles {

    private final Map<String, Set<Scope>> scopes;

    private Roles(Map<String, Set<Scope>> scopes) {
        this.scopes = scopes;
    }

    /**
     * Reads the table.
     *
     * @throws IOException when it is no YAML of that form
     * @throws IllegalArgumentException when it names a scope that does not exist
     */
    public static Roles read(InputStream yaml) throws IOException {
        Map<String, List<String>> table = new YAMLMapper().readValue(yaml, new TypeReference<>() {});
        return new Roles(table.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey,
                        role -> role.getValue().stream().map(Scope::of).collect(Collectors.toUnmodifiableSet()))));
    }

    /**
     * Reads the table from a file.
     *
     * @throws UncheckedIOException when it is not there, or no YAML of that form
     */
    public static Roles read(Path file) {
        try (InputStream yaml = Files.newInputStream(file)) {
            return read(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The scopes of all that roles together; unknown roles have none. */
    Set<Scope> scopes(Collection<String> roles) {
        Set<Scope> granted = EnumSet.noneOf(Scope.class);
        roles.forEach(role -> granted.addAll(scopes.getOrDefault(role, Set.of())));
        return granted;
    }
}
