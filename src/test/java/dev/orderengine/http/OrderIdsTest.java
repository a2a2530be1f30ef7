package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderIdsTest {

    private static final String ORDER = "0199f7a0-5c1e-7a3b-8d9e-3f1f6a2b4c5d";

    @ParameterizedTest
    @ValueSource(strings = {"", "/status", "/payments/0199f7a0-5c1e-7a3b-8d9e-3f1f6a2b4c5e/confirm"})
    void ofPath_aPathOfAnOrder_saysWhichOrder(String below) {
        assertThat(OrderIds.ofPath("/api/v1/orders/" + ORDER + below)).isEqualTo(ORDER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/v1/orders", "/api/v1/orders/validate", "/api/v1/carts/" + ORDER, "/api/v1/orders/0199"})
    void ofPath_aPathOfNoOrder_saysNothing(String path) {
        assertThat(OrderIds.ofPath(path)).isNull();
    }
}
