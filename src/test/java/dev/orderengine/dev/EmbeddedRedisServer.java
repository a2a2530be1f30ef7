package dev.orderengine.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import redis.embedded.core.ExecutableProvider;

/** Redis as a child process. */
final class EmbeddedRedisServer implements RedisServer, AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final int port;
    private final Path folder;
    private Process process;

    /**
     * @param port TCP port, 0 for any free one
     * @param runFolder temporary; the binary and the pid file go to {@code redis/} in it
     */
    EmbeddedRedisServer(int port, Path runFolder) {
        this.port = FreePort.orFree(port);
        this.folder = runFolder.resolve("redis");
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public synchronized void start() {
        try {
            Files.createDirectories(folder);
            // A session of its own: Ctrl-C at the terminal must not stop it before the engine has drained.
            process = new ProcessBuilder(
                            "setsid",
                            binary(),
                            "--port",
                            Integer.toString(port),
                            "--bind",
                            HOST,
                            "--pidfile",
                            folder.resolve("redis.pid").toString(),
                            "--save",
                            "",
                            "--appendonly",
                            "no")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("redis.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await("Redis answers on port " + port)
                .atMost(START_LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .failFast("Redis ended, see " + folder.resolve("redis.log"), () -> !process.isAlive())
                .until(this::answers);
    }

    @Override
    public synchronized void stop() {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Files.deleteIfExists(folder.resolve("redis.pid"));
            process = null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void pause() {
        Signal.STOP.send(process.toHandle());
    }

    @Override
    public void resume() {
        Signal.CONT.send(process.toHandle());
    }

    @Override
    public void close() {
        stop();
    }

    private String binary() throws IOException {
        var unpacked = folder.resolve("redis-server");
        if (Files.notExists(unpacked)) {
            Files.copy(
                    ExecutableProvider.newJarResourceProvider(folder.toFile())
                            .get()
                            .toPath(),
                    unpacked,
                    java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        return unpacked.toString();
    }

    private boolean answers() {
        try (var socket = new Socket(HOST, port)) {
            socket.setSoTimeout((int) START_LIMIT.toMillis());
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException notYet) {
            return false;
        }
    }
}
