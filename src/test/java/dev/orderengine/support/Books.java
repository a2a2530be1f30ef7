package dev.orderengine.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The check that operators run, {@code scripts/sql/conservation.sql}. */
public final class Books {

    private static final Path CHECK = Path.of("scripts", "sql", "conservation.sql");

    private Books() {}

    /** What does not add up in an engine's database, a line each; empty if all is well. */
    public static List<String> findings(RunningEngine engine) {
        return engine.texts(
                "SELECT concat_ws(': ', finding, subject, 'expected ' || expected, 'found ' || found) FROM (" + check()
                        + ") AS findings");
    }

    private static String check() {
        try {
            return Files.readString(CHECK).strip().replaceFirst(";$", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
