package dev.orderengine.payment.paypal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.orderengine.json.JsonMapping;
import java.io.UncheckedIOException;

/** PayPal's JSON: snake_case; fields that we do not know are passed over. */
final class PayPalJson {

    private final ObjectMapper mapper = JsonMapping.create().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    ObjectReader reader(Class<?> type) {
        return mapper.readerFor(type);
    }

    byte[] bytes(Object body) {
        try {
            return mapper.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
