package dev.orderengine.dev;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.util.List;

/** An SMTP server that takes every mail and delivers none. */
public final class MailSink implements Restartable, AutoCloseable {

    private static final String HOST = "127.0.0.1";

    private final GreenMail server;

    private MailSink(GreenMail server) {
        this.server = server;
    }

    /** Starts a sink on the port, 0 for any free port. */
    public static MailSink start(int port) {
        var sink = new MailSink(new GreenMail(new ServerSetup(FreePort.orFree(port), HOST, ServerSetup.PROTOCOL_SMTP)));
        sink.start();
        return sink;
    }

    /** The host that the sink listens on. */
    public String host() {
        return HOST;
    }

    /** The TCP port that the sink listens on. */
    public int port() {
        return server.getSmtp().getPort();
    }

    /** All mails taken since the start. */
    public List<MimeMessage> received() {
        return List.of(server.getReceivedMessages());
    }

    /** Forgets all mails. */
    public void clear() {
        try {
            server.purgeEmailFromAllMailboxes();
        } catch (FolderException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void start() {
        server.start();
    }

    @Override
    public void stop() {
        server.stop();
    }

    @Override
    public void close() {
        stop();
    }
}
