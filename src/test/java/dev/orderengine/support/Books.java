package dev.orderengine.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The check that operators run, {@code scripts/sql/conservation.sql}. */
public final class Books {

    private static final Path CHECK = Path.of("scripts", "sql", "conservation.sql");

    private Books() {}

    /** What does not add up in an engine's database, a line each; empty if all is well. */
    public static List<String> findings(RunningEngine engine) {
        try (var connection = engine.connect()) {
            return findings(connection);
        } catch (SQLException e) {
            throw new AssertionError("the check cannot be run", e);
        }
    }

    /** The same as a transaction sees it. */
    public static List<String> findings(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(check())) {
            var findings = new ArrayList<String>();
            while (rows.next()) {
                findings.add("%s: %s, expected %s, found %s"
                        .formatted(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4)));
            }
            return findings;
        }
    }

    private static String check() {
        try {
            return Files.readString(CHECK);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
