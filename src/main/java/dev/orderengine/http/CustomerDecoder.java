package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.customer.CustomerProfile;
import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a customer from JSON, and names every fault. Pure. */
final class CustomerDecoder {

    private static final Set<String> FIELDS = Set.of("customer_id", "email", "name", "locale");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]{1,64}@[^@\\s]{1,189}");
    private static final int MAX_EMAIL = 254;
    private static final int MAX_NAME = 200;

    private CustomerDecoder() {}

    /** @param customerId the id in the path; the body may repeat it, as an answer does that is sent back */
    static Decoded<CustomerProfile> decode(String customerId, JsonNode body) {
        return Decoded.of(body, FIELDS, fields -> profile(customerId, fields));
    }

    /** A customer's e-mail address, here and in an order. */
    static Optional<String> email(JsonFields fields) {
        return fields.text("email", MAX_EMAIL, EMAIL);
    }

    /** A customer's name, here and in an order. */
    static Optional<String> name(JsonFields fields) {
        return fields.text("name", MAX_NAME);
    }

    private static CustomerProfile profile(String customerId, JsonFields fields) {
        fields.repeats("customer_id", customerId);
        Optional<String> locale =
                fields.text("locale", CustomerDecoder::locale, "invalid_locale", "a BCP 47 tag such as en or pt-BR");
        return new CustomerProfile(
                customerId, email(fields).orElse(null), name(fields).orElse(null), locale.orElse(null));
    }

    private static String locale(String tag) {
        try {
            return new Locale.Builder().setLanguageTag(tag).build().toLanguageTag();
        } catch (IllformedLocaleException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
