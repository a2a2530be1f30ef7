package dev.orderengine.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSealTest {

    private static final String OLD = "2026-10:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String NEW = "2026-11:HxweHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgA=";

    private final UUID payment = UUID.randomUUID();
    private String keys = OLD;
    private final TokenSeal seal = new TokenSeal(() -> keys);

    @Test
    void open_whatWasSealed_isTheToken() throws UnreadableTokenException {
        String sealed = seal.seal("tok_visa", payment);

        assertThat(sealed).startsWith("sealed:2026-10:").doesNotContain("tok_visa");
        assertThat(seal.open(sealed, payment)).isEqualTo("tok_visa");
    }

    @Test
    void seal_theSameTwice_looksDifferent() {
        assertThat(seal.seal("tok_visa", payment)).isNotEqualTo(seal.seal("tok_visa", payment));
    }

    @Test
    void seal_nothing_isNothing() throws UnreadableTokenException {
        assertThat(seal.seal(null, payment)).isNull();
        assertThat(seal.open(null, payment)).isNull();
    }

    @Test
    void keys_rotatedWhileRunning_newestWritesAndAllRead() throws UnreadableTokenException {
        String before = seal.seal("tok_visa", payment);

        keys = NEW + ", " + OLD;
        String after = seal.seal("tok_visa", payment);

        assertThat(after).startsWith("sealed:2026-11:");
        assertThat(seal.open(before, payment)).isEqualTo("tok_visa");
        assertThat(seal.open(after, payment)).isEqualTo("tok_visa");
    }

    @Test
    void open_byAKeyThatIsGone_saysWhichIsMissing() {
        String sealed = seal.seal("tok_visa", payment);
        keys = NEW;

        assertThatThrownBy(() -> seal.open(sealed, payment))
                .isInstanceOf(UnreadableTokenException.class)
                .hasMessage("there is no key 2026-10, only [2026-11]");
    }

    @Test
    void open_ofAnotherPayment_isRefused() {
        String sealed = seal.seal("tok_visa", payment);

        assertThatThrownBy(() -> seal.open(sealed, UUID.randomUUID())).isInstanceOf(UnreadableTokenException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sealed:", "sealed:2026-10", "sealed:2026-10:", "sealed:2026-10:AAAA", "sealed:2026-10:***"})
    void open_whatIsBroken_isRefused(String broken) {
        assertThatThrownBy(() -> seal.open(broken, payment)).isInstanceOf(UnreadableTokenException.class);
    }

    @Test
    void open_changedCiphertext_isRefused() {
        String sealed = seal.seal("tok_visa", payment);
        char last = sealed.charAt(sealed.length() - 5);
        String changed = sealed.substring(0, sealed.length() - 5)
                + (last == 'A' ? 'B' : 'A')
                + sealed.substring(sealed.length() - 4);

        assertThatThrownBy(() -> seal.open(changed, payment)).isInstanceOf(UnreadableTokenException.class);
    }

    @Test
    void open_whatWasKeptBeforeTokensWereSealed_isItself() throws UnreadableTokenException {
        assertThat(seal.open("tok_visa", payment)).isEqualTo("tok_visa");
    }

    @Test
    void keys_thatCannotBeRead_leaveThoseBeforeInForce() throws UnreadableTokenException {
        String sealed = seal.seal("tok_visa", payment);
        keys = "2026-12:tooShort";

        assertThat(seal.open(sealed, payment)).isEqualTo("tok_visa");
        assertThat(seal.seal("tok_visa", payment)).startsWith("sealed:2026-10:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "k:AAAA", "a b:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", OLD + "," + OLD})
    void parse_whatIsNoKey_isRefusedWithoutShowingIt(String text) {
        assertThatThrownBy(() -> SealKeys.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("AAECAw");
    }

    @Test
    void keys_areNeverShown() {
        assertThat(SealKeys.parse(NEW + "," + OLD)).hasToString("[2026-11, 2026-10]");
    }
}
