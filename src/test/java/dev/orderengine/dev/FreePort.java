package dev.orderengine.dev;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports that nobody listens at. They are below those that the kernel gives to clients, and each JVM looks among a thousand of its own:
 * what is free now must still be free when a server binds to it.
 */
final class FreePort {

    private static final int LOWEST = 20_000;
    private static final int OF_A_JVM = 1_000;
    private static final int JVMS = 12;
    private static final AtomicInteger NEXT = new AtomicInteger();

    private FreePort() {}

    /** That port, or a free one for 0. */
    static int orFree(int port) {
        return port == 0 ? find() : port;
    }

    static int find() {
        int first = LOWEST + (int) (ProcessHandle.current().pid() % JVMS) * OF_A_JVM;
        for (int tried = 0; tried < OF_A_JVM; tried++) {
            int port = first + NEXT.getAndIncrement() % OF_A_JVM;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No port from " + first + " on is free");
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
