package dev.orderengine.dev;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The signals that freeze and unfreeze a server's process tree. */
enum Signal {
    STOP,
    CONT;

    /** Sends the signal to a process and all its descendants. */
    void send(ProcessHandle process) {
        send(process.pid());
        process.descendants().forEach(child -> send(child.pid()));
    }

    private void send(long pid) {
        try {
            new ProcessBuilder("kill", "-" + name(), Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
