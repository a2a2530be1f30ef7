package dev.orderengine.dev;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** PostgreSQL as a child process, started from a copy of an initialised data folder where there is one. */
final class EmbeddedPostgresServer implements PostgresServer, AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private final int port;
    private final Path runFolder;
    private final Path cache;
    private final Path binaries;
    private final Path dataFolder;
    private final Path log;
    private final DataFolderCache initialised;
    private EmbeddedPostgres running;

    /**
     * @param port TCP port, 0 for any free one
     * @param runFolder temporary; data goes to {@code postgres/} in it
     * @param cache lasting; unpacked binaries and the initialised data folder stay there
     */
    EmbeddedPostgresServer(int port, Path runFolder, Path cache) {
        this(port, runFolder, cache, "postgres");
    }

    private EmbeddedPostgresServer(int port, Path runFolder, Path cache, String name) {
        this.port = FreePort.orFree(port);
        this.runFolder = runFolder;
        this.cache = cache;
        this.binaries = cache.resolve("postgres");
        this.dataFolder = runFolder.resolve(name);
        this.log = runFolder.resolve(name + ".log");
        this.initialised = new DataFolderCache(cache.resolve("postgres-data"));
    }

    @Override
    public Endpoint endpoint() {
        return new Endpoint("127.0.0.1", port, "postgres", "postgres");
    }

    @Override
    public synchronized void start() {
        RootAccess.ofThisMachine().check();
        try {
            Files.createDirectories(binaries);
            initialised.copyTo(dataFolder);
            running = EmbeddedPostgres.builder()
                    .setPort(port)
                    .setPGStartupWait(START_LIMIT)
                    .setOverrideWorkingDirectory(binaries.toFile())
                    .setDataDirectory(dataFolder)
                    .setCleanDataDirectory(false)
                    .setDataDirectoryCustomizer(folder -> initialised.fill(folder.toPath()))
                    .setRegisterShutdownHook(false)
                    // The library switches both off; an order engine must be measured with both on.
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    // No socket file is left in /tmp by a kill -9.
                    .setServerConfig("unix_socket_directories", "")
                    .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException("Postgres did not start on port " + port + ": " + lastLogLine(), e);
        }
    }

    @Override
    public synchronized void stop() {
        if (running == null) {
            return;
        }
        var postmaster = postmaster();
        Signal.CONT.send(postmaster);
        try {
            running.close();
            running = null;
            // The pid file, which pg_ctl waits for, goes before the process does.
            postmaster
                    .onExit()
                    .orTimeout(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<PostgresServer> startReplica() {
        var replica = new EmbeddedPostgresServer(0, runFolder, cache, "replica-" + System.nanoTime());
        BaseBackup.of(this, dataFolder, replica.dataFolder);
        replica.start();
        return Optional.of(replica);
    }

    @Override
    public void pause() {
        Signal.STOP.send(postmaster());
    }

    @Override
    public void resume() {
        Signal.CONT.send(postmaster());
    }

    @Override
    public void close() {
        stop();
    }

    private ProcessHandle postmaster() {
        try (var lines = Files.lines(dataFolder.resolve("postmaster.pid"))) {
            var pid = Long.parseLong(lines.findFirst().orElseThrow());
            return ProcessHandle.of(pid).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String lastLogLine() {
        try (var lines = Files.lines(log)) {
            return lines.reduce((earlier, later) -> later).orElse("no output");
        } catch (IOException e) {
            return "no output";
        }
    }
}
