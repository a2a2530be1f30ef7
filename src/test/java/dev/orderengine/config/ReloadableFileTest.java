package dev.orderengine.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderengine.config.ReloadableFile.Reload;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadableFileTest {

    private final MeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void path() {
        path = folder.resolve("number.txt");
    }

    @Test
    void reload_sameContent_changesNothing() throws IOException {
        ReloadableFile<Integer> file = open("1");
        Files.writeString(path, "1");

        assertThat(file.reload()).isEqualTo(Reload.UNCHANGED);
        assertThat(file.current()).isEqualTo(1);
        assertThat(meters.find("engine.config.reloads").counters()).allMatch(counter -> counter.count() == 0);
    }

    @Test
    void reload_newContent_isInForceAndCounted() throws IOException {
        ReloadableFile<Integer> file = open("1");
        Files.writeString(path, "2");

        assertThat(file.reload()).isEqualTo(Reload.LOADED);
        assertThat(file.current()).isEqualTo(2);
        assertThat(count("loaded")).isEqualTo(1);
    }

    @Test
    void reload_fault_keepsWhatIsInForceAndIsReportedOnce() throws IOException {
        ReloadableFile<Integer> file = open("1");
        Files.writeString(path, "two");

        assertThat(file.reload()).isEqualTo(Reload.REFUSED);
        assertThat(file.reload()).isEqualTo(Reload.UNCHANGED);
        assertThat(file.current()).isEqualTo(1);
        assertThat(count("refused")).isEqualTo(1);
    }

    @Test
    void reload_mendedAfterFault_isInForce() throws IOException {
        ReloadableFile<Integer> file = open("1");
        Files.writeString(path, "two");
        file.reload();
        Files.writeString(path, "1");

        assertThat(file.reload()).isEqualTo(Reload.LOADED);
        assertThat(file.current()).isEqualTo(1);
    }

    @Test
    void reload_fileGone_keepsWhatIsInForceAndIsReportedOnce() throws IOException {
        ReloadableFile<Integer> file = open("1");
        Files.delete(path);

        assertThat(file.reload()).isEqualTo(Reload.REFUSED);
        assertThat(file.reload()).isEqualTo(Reload.UNCHANGED);
        assertThat(file.current()).isEqualTo(1);
    }

    @Test
    void open_fault_isRefused() {
        assertThatThrownBy(() -> open("one")).isInstanceOf(NumberFormatException.class);
    }

    @Test
    void open_noFile_isRefusedNamingIt() {
        assertThatThrownBy(() -> new ReloadableFile<>("number", path, ReloadableFileTest::number, meters))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("number.txt cannot be read");
    }

    private ReloadableFile<Integer> open(String content) throws IOException {
        Files.writeString(path, content);
        return new ReloadableFile<>("number", path, ReloadableFileTest::number, meters);
    }

    private double count(String outcome) {
        return meters.get("engine.config.reloads")
                .tag("file", "number")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static int number(String file, byte[] content) {
        return Integer.parseInt(new String(content, UTF_8));
    }
}
