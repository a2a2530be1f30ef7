package dev.orderengine.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlStatesTest {

    @ParameterizedTest
    @CsvSource({
        // state, transient, refusal, unavailable
        "40001,true,false,false",
        "40P01,true,false,false",
        "40002,false,true,false",
        "23505,false,true,false",
        "23514,false,true,false",
        "22P02,false,true,false",
        "22021,false,true,false",
        "42601,false,true,false",
        "P0001,false,true,false",
        "OE001,false,true,false",
        "08006,false,false,true",
        "53300,false,false,true",
        "57P01,false,false,true",
        "57014,false,false,true",
        "55P03,false,false,true",
        "55006,false,true,false",
        "28P01,false,false,true",
        "3D000,false,false,true"
    })
    void state_meansOneOfThree(String state, boolean isTransient, boolean refusal, boolean unavailable) {
        PgException fault = new PgException("text that means nothing", "ERROR", state, "detail");

        assertThat(SqlStates.of(fault)).isEqualTo(state);
        assertThat(SqlStates.isTransient(fault)).isEqualTo(isTransient);
        assertThat(SqlStates.isRefusal(fault)).isEqualTo(refusal);
        assertThat(SqlStates.isUnavailable(fault)).isEqualTo(unavailable);
    }

    @Test
    void whatTheServerDidNotReport_isUnavailable() {
        IOException lost = new IOException("connection reset");

        assertThat(SqlStates.of(lost)).isEmpty();
        assertThat(SqlStates.isTransient(lost)).isFalse();
        assertThat(SqlStates.isRefusal(lost)).isFalse();
        assertThat(SqlStates.isUnavailable(lost)).isTrue();
    }
}
