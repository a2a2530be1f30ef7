package dev.orderengine.payment.reconciliation;

import dev.orderengine.payment.ProviderReply;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What a provider holds by its own word. To be called on an event loop; answers arrive on the caller's context. A call fails with
 * {@link NoAnswerException} if the provider does not answer, or with nothing that makes sense; it may be repeated.
 */
public interface ProviderBooks {

    /** The name in the database, in metrics and in the configuration. */
    String provider();

    /**
     * A page of the charges and refunds that the provider made on a day of UTC.
     *
     * @param after {@link Page#next} of the page before; null for the first
     */
    Future<Page> page(LocalDate day, String after);

    /** Something of ours by the provider's name for it, whenever it was made; empty if the provider has no such thing. */
    Future<Optional<Theirs>> find(Ours ours);

    /** @param next null if this is the last */
    record Page(List<Theirs> entries, String next) {}

    /** There is no answer that could be compared with. */
    final class NoAnswerException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /** Of a reply that is none, or makes no sense. */
        public NoAnswerException(ProviderReply reply) {
            this(reply.status() < 300 ? "an answer that makes no sense" : "status " + reply.status());
        }

        public NoAnswerException(String reason) {
            super(reason, null, false, false);
        }

        @Override
        public String toString() {
            return getMessage();
        }
    }
}
