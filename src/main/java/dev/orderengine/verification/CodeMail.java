package dev.orderengine.verification;

import io.vertx.core.Future;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Mails codes to customers. */
public final class CodeMail implements CodeSender {

    private static final String TEMPLATE = "/mail/verification.txt";

    private final MailClient client;
    private final String from;
    private final String template;

    /** @param from the sender's address */
    public CodeMail(MailClient client, String from) {
        this.client = client;
        this.from = from;
        this.template = template();
    }

    @Override
    public Future<Void> send(String address, UUID orderId, String code) {
        MailMessage mail = new MailMessage()
                .setFrom(from)
                .setTo(address)
                .setSubject("Please confirm your order")
                .setText(template.replace("{order_id}", orderId.toString()).replace("{code}", code));
        return client.sendMail(mail).mapEmpty();
    }

    private static String template() {
        try (InputStream in = CodeMail.class.getResourceAsStream(TEMPLATE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
