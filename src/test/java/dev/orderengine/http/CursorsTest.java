package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsTest {

    @Property
    void decode_whatWasEncoded_isTheSame(@ForAll long high, @ForAll long low) {
        UUID id = new UUID(high, low);

        String cursor = Cursors.encode(id);

        assertThat(cursor).matches("[A-Za-z0-9_-]{22}");
        assertThat(Cursors.decode(cursor)).isEqualTo(id);
    }

    @Property
    void decode_anyText_isOursOrRefused(@ForAll String text) {
        try {
            assertThat(Cursors.decode(text)).isNotNull();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).isExactlyInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "!!!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "0199a2b4-7c3d-7e4f-8a5b-6c7d8e9f0a1b"})
    void decode_whatIsNotOurs_isRefused(String cursor) {
        assertThatThrownBy(() -> Cursors.decode(cursor)).isInstanceOf(IllegalArgumentException.class);
    }
}
