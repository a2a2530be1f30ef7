package dev.orderengine.dev;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds ports that somebody listens on already, before anything is started. */
final class PortsTaken {

    private PortsTaken() {}

    /** One sentence per port that cannot be had, naming the variable that changes it. */
    static List<String> among(Map<String, Integer> portsByVariable) {
        var sentences = new ArrayList<String>();
        var held = new ArrayList<ServerSocket>();
        try {
            portsByVariable.forEach((variable, port) -> {
                try {
                    // All are held at the same time, so that one port named twice is found too.
                    held.add(new ServerSocket(port));
                } catch (IOException taken) {
                    sentences.add("Port %d is taken (%s). Set %s to another port, or stop what uses it."
                            .formatted(port, taken.getMessage(), variable));
                }
            });
        } finally {
            held.forEach(PortsTaken::release);
        }
        return sentences;
    }

    private static void release(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
