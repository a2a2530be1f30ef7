package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.orderengine.order.OrderStatus;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

    private static final Set<String> ALLOWED =
            Set.of("limit", "cursor", "status", "created_from", "customer_id", "after");

    @Test
    void query_withNothingInIt_hasDefaults() {
        Query query = query();

        assertThat(query.limit()).isEqualTo(50);
        assertThat(query.cursor()).isNull();
        assertThat(query.time("created_from")).isNull();
        assertThat(query.identifier("customer_id")).isNull();
        assertThat(query.integer("after", 3, 0, 9)).isEqualTo(3);
        query.check();
    }

    @Test
    void query_withGoodValues_readsThem() {
        UUID last = UUID.randomUUID();
        Query query = query(
                "limit",
                "200",
                "cursor",
                Cursors.encode(last),
                "status",
                "paid",
                "created_from",
                "2026-01-31T13:00:00+01:00",
                "customer_id",
                "c-1");

        assertThat(query.limit()).isEqualTo(200);
        assertThat(query.cursor()).isEqualTo(last);
        assertThat(query.parsed("status", OrderStatus::of, "a status")).isEqualTo(OrderStatus.PAID);
        assertThat(query.time("created_from")).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
        assertThat(query.identifier("customer_id")).isEqualTo("c-1");
        query.check();
    }

    @ParameterizedTest
    @CsvSource({
        "0,out_of_range",
        "201,out_of_range",
        "-1,out_of_range",
        "ten,invalid_value",
        "１２,invalid_value",
        "+1,invalid_value",
        "1.5,invalid_value",
        "'',invalid_value",
        "99999999999,invalid_value"
    })
    void limit_outsideOfItsBounds_isAFault(String limit, String code) {
        Query query = query("limit", limit);
        query.limit();

        assertThat(faults(query)).containsExactly("query/limit " + code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "200"})
    void limit_atItsBounds_isTaken(String limit) {
        Query query = query("limit", limit);

        assertThat(query.limit()).isEqualTo(Integer.parseInt(limit));
        query.check();
    }

    @ParameterizedTest
    @CsvSource({
        "1969-12-31T23:59:59Z,out_of_range",
        "+10000-01-01T00:00:00Z,out_of_range",
        "+999999999-12-31T23:59:59Z,out_of_range",
        "2026-01-01,invalid_value",
        "now,invalid_value"
    })
    void time_thatNoOrderCanHave_isAFault(String time, String code) {
        Query query = query("created_from", time);
        query.time("created_from");

        assertThat(faults(query)).containsExactly("query/created_from " + code);
    }

    @Test
    void query_withManyFaults_namesThemAll() {
        Query query = query("limit", "0", "page", "2", "cursor", "x", "customer_id", "a b", "status", "PAID");
        query.limit();
        query.cursor();
        query.identifier("customer_id");
        query.parsed("status", OrderStatus::of, "a status");

        assertThat(faults(query))
                .containsExactlyInAnyOrder(
                        "query/page unknown_parameter",
                        "query/limit out_of_range",
                        "query/cursor invalid_value",
                        "query/customer_id invalid_format",
                        "query/status invalid_value");
    }

    @Test
    void parameter_sentTwice_isAFault() {
        Query query = query("limit", "50", "limit", "200");
        query.limit();

        assertThat(faults(query)).containsExactly("query/limit out_of_range");
    }

    private static List<String> faults(Query query) {
        ProblemException fault = catchThrowableOfType(ProblemException.class, query::check);
        assertThat(fault.problem().status()).isEqualTo(400);
        return fault.problem().errors().stream()
                .map(error -> error.pointer() + " " + error.code())
                .toList();
    }

    /** A routing context that knows its query and nothing else. */
    private static Query query(String... namesAndValues) {
        MultiMap parameters = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        RoutingContext context = (RoutingContext) Proxy.newProxyInstance(
                QueryTest.class.getClassLoader(),
                new Class<?>[] {RoutingContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "queryParams" -> parameters;
                    case "queryParam" -> parameters.getAll((String) arguments[0]);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        return new Query(context, ALLOWED);
    }
}
