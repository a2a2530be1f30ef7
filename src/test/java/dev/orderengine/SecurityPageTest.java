package dev.orderengine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** SECURITY.md names a test for every answer, and each of them is there. */
class SecurityPageTest {

    private static final Pattern ROW = Pattern.compile("\\| [1-6s][^|]*\\|[^|]+\\|[^|]+\\|([^|]*)\\|");
    private static final Pattern NAME = Pattern.compile("`(\\w+(?:Test|IT))`");

    @Test
    void answers_allNameTestsThatExist() throws IOException {
        String page = Files.readString(Path.of("SECURITY.md"));

        assertThat(ROW.matcher(page).results().map(row -> row.group(1)))
                .hasSizeGreaterThan(20)
                .allMatch(tests -> NAME.matcher(tests).find());
        assertThat(tests())
                .containsAll(NAME.matcher(page)
                        .results()
                        .map(MatchResult::group)
                        .map(name -> name.replace("`", ""))
                        .toList());
    }

    private static Set<String> tests() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            return files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }
}
