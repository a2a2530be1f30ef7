package dev.orderengine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LogLimitTest {

    @Test
    void permit_moreThanTheLimit_isRefusedAndCountedWithTheNextLine() {
        LogLimit limit = new LogLimit(2);
        int refused = 0;
        for (int i = 0; i < 100; i++) {
            refused += limit.permit().isEmpty() ? 1 : 0;
        }

        OptionalLong[] next = new OptionalLong[1];
        int[] askedInVain = new int[1];
        await().until(() -> {
            next[0] = limit.permit();
            askedInVain[0] += next[0].isEmpty() ? 1 : 0;
            return next[0].isPresent();
        });

        assertThat(refused).isBetween(90, 98);
        assertThat(next[0]).hasValue(refused + askedInVain[0]);
    }
}
