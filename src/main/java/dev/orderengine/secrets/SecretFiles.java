package dev.orderengine.secrets;

import dev.orderengine.config.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A file a secret, named as its variable. Kubernetes replaces the whole folder at once, by a link that we follow. */
final class SecretFiles implements Secrets {

    private static final String ENGINES = "ENGINE_";

    private final Path directory;

    SecretFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public Map<String, Version> read() {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> ours = files.filter(file -> file.getFileName().toString().startsWith(ENGINES))
                    .toList();
            Map<String, Version> found = new HashMap<>();
            for (Path file : ours) {
                found.put(
                        file.getFileName().toString(),
                        new Version(
                                Files.readString(file).strip(),
                                Files.getLastModifiedTime(file).toInstant()));
            }
            return found;
        } catch (IOException e) {
            throw new UnavailableException(directory + ": " + e, e);
        }
    }
}
