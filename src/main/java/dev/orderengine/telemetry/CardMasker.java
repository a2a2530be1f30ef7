package dev.orderengine.telemetry;

import com.fasterxml.jackson.core.JsonStreamContext;
import dev.orderengine.card.CardNumbers;
import net.logstash.logback.mask.ValueMasker;

/** Masks card numbers in whatever is logged: messages, fields and exceptions. Named in {@code logback.xml}. */
public final class CardMasker implements ValueMasker {

    /** @return null if there is nothing to mask */
    @Override
    public Object mask(JsonStreamContext context, Object value) {
        if (value instanceof CharSequence || value instanceof Number) {
            String text = value.toString();
            return CardNumbers.appearIn(text) ? CardNumbers.masked(text) : null;
        }
        return null;
    }
}
