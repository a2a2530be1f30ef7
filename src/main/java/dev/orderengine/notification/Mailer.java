package dev.orderengine.notification;

import dev.orderengine.notification.MailOutcome.Result;
import io.vertx.core.Future;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.SMTPException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Hands letters to the mail server, and tells what is known of each afterwards. */
public final class Mailer {

    private static final Pattern ADDRESS = Pattern.compile("[^\\s<>:;,\"']+@[^\\s<>:;,\"']+");
    private static final int LONGEST_REASON = 300;

    private final MailClient client;
    private final String from;
    private final Duration patience;

    /**
     * @param client not closed here
     * @param from the sender's address
     * @param patience after which an unanswered mail is given up
     */
    public Mailer(MailClient client, String from, Duration patience) {
        this.client = client;
        this.from = from;
        this.patience = patience;
    }

    /** Sends the letter; never fails. */
    Future<MailOutcome> send(String address, Letter letter) {
        HandedOver mail = new HandedOver();
        mail.setFrom(from)
                .setTo(address)
                .setSubject(letter.subject())
                .setText(letter.text())
                .setHtml(letter.html());
        return Future.succeededFuture(mail)
                .compose(client::sendMail)
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .transform(sent -> Future.succeededFuture(
                        sent.succeeded() ? new MailOutcome(Result.SENT, null) : failed(mail, sent.cause())));
    }

    private static MailOutcome failed(HandedOver mail, Throwable fault) {
        boolean nothingLeft = mail.withdraw();
        if (fault instanceof SMTPException refusal) {
            // A server that turns everybody away says nothing of this mail.
            boolean forGood = refusal.isPermanent() && !nothingLeft;
            return new MailOutcome(forGood ? Result.REFUSED : Result.NOT_SENT, reason(fault));
        }
        return new MailOutcome(nothingLeft ? Result.NOT_SENT : Result.DOUBTFUL, reason(fault));
    }

    /** Servers like to repeat the address. */
    private static String reason(Throwable fault) {
        String text = ADDRESS.matcher(String.valueOf(fault.getMessage())).replaceAll("…");
        String bounded = text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
        return fault.getClass().getSimpleName() + ": " + bounded;
    }
}
