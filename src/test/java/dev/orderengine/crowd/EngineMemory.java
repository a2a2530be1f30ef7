package dev.orderengine.crowd;

import dev.orderengine.support.Management;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of an engine's process on this machine, in megabytes. Needs Linux, and {@code jcmd} of the JDK that runs this. */
final class EngineMemory {

    private static final double MEGABYTE = 1024 * 1024;

    private final long pid;
    private final Management management;

    EngineMemory(long pid, Management management) {
        this.pid = pid;
        this.management = management;
    }

    /** What is resident now. */
    long resident() {
        return status("VmRSS");
    }

    /** The most that was ever resident. */
    long mostResident() {
        return status("VmHWM");
    }

    /** What lives on the heap: what is left after a collection, which this asks for. */
    long live() {
        collect();
        return Math.round(management.metric("jvm_memory_used_bytes", "area=\"heap\"") / MEGABYTE);
    }

    private long status(String field) {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
                    .filter(line -> line.startsWith(field + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void collect() {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            int status = new ProcessBuilder(jcmd.toString(), String.valueOf(pid), "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException(jcmd + " could not reach process " + pid);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
