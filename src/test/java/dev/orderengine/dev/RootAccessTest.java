package dev.orderengine.dev;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RootAccessTest {

    @Test
    void check_asRootWithoutUserNamespaces_failsWithAdvice() {
        assertThatThrownBy(() -> new RootAccess(true, List.of("false")).check())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot run as root here")
                .hasMessageContaining("run as another user");
    }

    @Test
    void check_whereTheProbeIsMissing_failsWithAdvice() {
        assertThatThrownBy(() -> new RootAccess(true, List.of("no-such-command")).check())
                .hasMessageContaining("cannot run as root here");
    }

    @Test
    void check_whereNothingIsInTheWay_passes() {
        assertThatCode(() -> new RootAccess(true, List.of("true")).check()).doesNotThrowAnyException();
        assertThatCode(() -> new RootAccess(false, List.of("false")).check()).doesNotThrowAnyException();
    }
}
