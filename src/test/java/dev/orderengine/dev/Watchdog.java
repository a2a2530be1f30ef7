package dev.orderengine.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A shell process that outlives this JVM. It waits on a pipe which closes when the JVM ends, however it ends; then it
 * ends the servers whose pid files lie in the run folder, and removes the folder.
 */
final class Watchdog implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Postgres gets SIGQUIT (its children end with it), everything else SIGKILL: the data is thrown away anyway. */
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            while read -r line; do :; done
            pids=
            for file in "$1"/*/*.pid; do
              [ -s "$file" ] || continue
              pid=$(head -n 1 "$file")
              pids="$pids $pid"
              case $file in
                */postmaster.pid) kill -CONT "$pid"; kill -QUIT "$pid" ;;
                *) kill -KILL "$pid" ;;
              esac
            done
            for pid in $pids; do
              tries=0
              while kill -0 "$pid" && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
              kill -KILL "$pid"
            done
            rm -rf "$1"
            """;

    private final Process shell;

    private Watchdog(Process shell) {
        this.shell = shell;
    }

    /**
     * Starts to watch.
     *
     * @param runFolder the folder to remove; servers write their pid files to {@code <runFolder>/<server>/<any>.pid}
     */
    static Watchdog over(Path runFolder) {
        // A session of its own: Ctrl-C at the terminal must not reach it.
        var command = new ProcessBuilder(
                "setsid",
                "sh",
                "-c",
                SCRIPT,
                "watchdog",
                runFolder.toAbsolutePath().toString());
        command.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            return new Watchdog(command.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the pipe and waits until the folder is gone. */
    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
            if (!shell.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("The watchdog (pid " + shell.pid() + ") did not end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
