package dev.orderengine.seal;

import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES keys by their ids, written {@code <id>:<32 bytes in base64>}, comma-separated: the first encrypts, all decrypt. Immutable.
 */
public final class SealKeys {

    /** What may be written, for people. */
    public static final String FORM = "<id>:<32 bytes in base64>, comma-separated, the first of which encrypts;"
            + " make one with: echo \"$(date +%Y-%m):$(openssl rand -base64 32)\"";

    private static final Pattern KEY = Pattern.compile("([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)");

    private final Map<String, SecretKey> byId = new LinkedHashMap<>();

    private SealKeys() {}

    /** @throws IllegalArgumentException when it is written otherwise; the message tells nothing of the keys */
    public static SealKeys parse(String text) {
        SealKeys keys = new SealKeys();
        Arrays.stream(text.split(",", -1)).map(String::strip).forEach(keys::add);
        return keys;
    }

    private void add(String text) {
        Matcher key = KEY.matcher(text);
        if (!key.matches()) {
            throw new IllegalArgumentException("a key that is not " + FORM);
        }
        SecretKey known =
                byId.put(key.group(1), new SecretKeySpec(Base64.getDecoder().decode(key.group(2)), "AES"));
        if (known != null) {
            throw new IllegalArgumentException("the key " + key.group(1) + " twice");
        }
    }

    /** The id of the key that encrypts. */
    String newest() {
        return byId.keySet().iterator().next();
    }

    /** The key of that id; null if there is none. */
    SecretKey byId(String id) {
        return byId.get(id);
    }

    /** The ids only. */
    @Override
    public String toString() {
        return byId.keySet().toString();
    }
}
