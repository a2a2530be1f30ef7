package dev.orderengine.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** An engine as a process of its own, that can be told to stop and can be killed. Calls block. */
public final class EngineProcess implements AutoCloseable {

    /** The classes of this build, with the test class path. */
    public static final List<String> CLASSES =
            List.of("-cp", System.getProperty("java.class.path"), Main.class.getName());

    private static final Pattern READY = Pattern.compile("ready on port (\\d+), management on port (\\d+)");
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final List<String> SMALL =
            List.of("-XX:TieredStopAtLevel=1", "-Xmx192m", "-XX:+ExitOnOutOfMemoryError");

    private final Path log;
    private final Process process;
    private Matcher ports;

    private EngineProcess(List<String> program, Map<String, String> environment) {
        try {
            Files.createDirectories(Path.of("target", "engines"));
            log = Files.createTempFile(Path.of("target", "engines"), "engine-", ".log");
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(SMALL);
            command.addAll(program);
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts an engine with a small heap; returns when it is ready.
     *
     * @param program what java runs: {@link #CLASSES}, or {@code -jar} and a file
     * @param environment what the engine reads, ports of 0 taken
     */
    public static EngineProcess start(List<String> program, Map<String, String> environment) {
        EngineProcess engine = begin(program, environment);
        engine.ports = engine.awaitReady();
        return engine;
    }

    /** The same for an engine that is not to become ready: returns at once. */
    public static EngineProcess begin(List<String> program, Map<String, String> environment) {
        return new EngineProcess(program, environment);
    }

    /** Where its API is. */
    public URI api() {
        return URI.create("http://127.0.0.1:" + ports.group(1));
    }

    /** Its API, called with that token. */
    public Api as(String token) {
        return new Api(HttpClient.newHttpClient(), api(), token);
    }

    /** Its management port. */
    public Management management() {
        return new Management(Integer.parseInt(ports.group(2)));
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it as {@code kill -9} does; returns when it is gone. */
    public void kill() {
        awaitEnd(process.destroyForcibly());
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** The exit code; fails if it does not end in that time. */
    public int exitCode(Duration limit) {
        try {
            assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
                    .as("ends within %s, log in %s", limit, log)
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** All that it wrote to its output. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    private Matcher awaitReady() {
        try {
            return Awaitility.await("the engine is ready, log in " + log)
                    .atMost(START_LIMIT)
                    .pollInterval(Duration.ofMillis(50))
                    .failFast(
                            "it ended, log in " + log,
                            () -> !process.isAlive() && !READY.matcher(output()).find())
                    .until(() -> READY.matcher(output()), Matcher::find);
        } catch (RuntimeException e) {
            kill();
            throw e;
        }
    }

    private static void awaitEnd(Process process) {
        process.onExit().join();
    }
}
