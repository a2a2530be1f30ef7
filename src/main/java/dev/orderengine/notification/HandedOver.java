package dev.orderengine.notification;

import io.vertx.ext.mail.MailMessage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A mail that knows whether it may have been sent. The mail client asks for the text when a connection stands, the server has greeted
 * and it is the mail's turn: until then the mail can be withdrawn, and nothing of it ever leaves.
 */
final class HandedOver extends MailMessage {

    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);

    private enum Stage {
        WAITING,
        BEGUN,
        WITHDRAWN
    }

    /** @throws IllegalStateException when it was withdrawn: the client must not send it */
    @Override
    public String getText() {
        stage.compareAndSet(Stage.WAITING, Stage.BEGUN);
        if (stage.get() == Stage.WITHDRAWN) {
            throw new IllegalStateException("the mail was withdrawn");
        }
        return super.getText();
    }

    /** Keeps it from being sent; false when that has begun. */
    boolean withdraw() {
        stage.compareAndSet(Stage.WAITING, Stage.WITHDRAWN);
        return stage.get() == Stage.WITHDRAWN;
    }
}
