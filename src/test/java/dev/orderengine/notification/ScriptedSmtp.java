package dev.orderengine.notification;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A mail server that misbehaves as told: what GreenMail cannot be made to do. Thread-safe. */
final class ScriptedSmtp implements AutoCloseable {

    /** How it behaves to the next connections. */
    enum Mood {
        FINE,
        SILENT,
        TURNS_ALL_AWAY,
        REFUSES_THE_RECIPIENT,
        IS_BUSY,
        HANGS_AFTER_THE_MAIL,
        DROPS_AFTER_THE_MAIL,
        DROPS_AT_THE_GREETING
    }

    private final NetServer server;
    private final List<NetSocket> silenced = Collections.synchronizedList(new ArrayList<>());
    private final List<String> taken = Collections.synchronizedList(new ArrayList<>());
    private final int port;
    volatile Mood mood = Mood.FINE;

    ScriptedSmtp(Vertx vertx) {
        this.server = vertx.createNetServer().connectHandler(this::converse);
        this.port = server.listen(0, "127.0.0.1").await().actualPort();
    }

    int port() {
        return port;
    }

    /** The mails that came to their end, whatever was answered. */
    List<String> taken() {
        return List.copyOf(taken);
    }

    /** Greets those that were left without a word. */
    void greetLate() {
        silenced.forEach(socket -> socket.write("220 at last\r\n"));
    }

    @Override
    public void close() {
        server.close().await();
    }

    private void converse(NetSocket socket) {
        Mood now = mood;
        if (now == Mood.DROPS_AT_THE_GREETING) {
            socket.close();
            return;
        }
        StringBuilder mail = new StringBuilder();
        boolean[] data = new boolean[1];
        socket.handler(RecordParser.newDelimited("\r\n", line -> {
            if (data[0]) {
                data[0] = take(socket, now, line.toString(), mail);
            } else {
                data[0] = answer(socket, now, line.toString());
            }
        }));
        switch (now) {
            case SILENT -> silenced.add(socket);
            case TURNS_ALL_AWAY -> socket.write("554 not today\r\n");
            default -> socket.write("220 ready\r\n");
        }
    }

    /** Whether the mail itself comes next. */
    private static boolean answer(NetSocket socket, Mood mood, String command) {
        if (command.startsWith("DATA")) {
            socket.write("354 go on\r\n");
            return true;
        }
        if (command.startsWith("RCPT") && mood == Mood.REFUSES_THE_RECIPIENT) {
            socket.write("550 <a@example.com> is unknown here\r\n");
        } else if (command.startsWith("MAIL") && mood == Mood.IS_BUSY) {
            socket.write("451 try again\r\n");
        } else {
            socket.write("250 fine\r\n");
        }
        return false;
    }

    private boolean take(NetSocket socket, Mood mood, String line, StringBuilder mail) {
        if (!line.equals(".")) {
            mail.append(line).append('\n');
            return true;
        }
        taken.add(mail.toString());
        mail.setLength(0);
        switch (mood) {
            case DROPS_AFTER_THE_MAIL -> socket.close();
            case HANGS_AFTER_THE_MAIL -> {}
            default -> socket.write("250 taken\r\n");
        }
        return false;
    }
}
