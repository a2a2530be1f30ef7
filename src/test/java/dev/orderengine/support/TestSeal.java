package dev.orderengine.support;

import dev.orderengine.seal.TokenSeal;

/** Seals payment tokens with a key that everybody knows. */
public final class TestSeal {

    private static final String KEYS = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private TestSeal() {}

    /** One of many that read each other's tokens. */
    public static TokenSeal create() {
        return new TokenSeal(() -> KEYS);
    }
}
