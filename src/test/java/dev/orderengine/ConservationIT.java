package dev.orderengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Books;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That {@code scripts/sql/conservation.sql} finds what it is there to find, each kind by itself. */
@ExtendWith(SharedServices.class)
class ConservationIT {

    private static RunningEngine engine;

    @BeforeAll
    static void placeAPaidOrder(Services services) {
        engine = RunningEngine.start(services, ConservationIT.class, Map.of());
        engine.as("service").place(OrderRequests.of("c-1", "sku-0001", 2), "Idempotency-Key", "key-1");
        await("paid")
                .atMost(Duration.ofSeconds(30))
                .until(() -> engine.number("SELECT count(*) FROM orders WHERE status = 'paid'") == 1);
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void check_ofSoundBooks_findsNothing() {
        assertThat(Books.findings(engine)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    UPDATE stock SET reserved = reserved + 1 WHERE product_id = 'sku-0007' | reserved stock is not the sum of the reservations
                    DELETE FROM reservations                                                | a live order does not hold what it ordered
                    UPDATE reservations SET quantities = ARRAY [1]                          | a live order does not hold what it ordered
                    UPDATE orders SET status = 'cancelled'                                  | stock is held for an order that is over, or for none
                    DELETE FROM orders                                                      | stock is held for an order that is over, or for none
                    DELETE FROM order_events WHERE sequence = 2                             | the events of an order have a gap
                    UPDATE orders SET version = version + 1                                 | the events of an order have a gap
                    DELETE FROM orders                                                      | events have no order
                    UPDATE payments SET state = 'unknown'                                   | a paid order has no payment, or several
                    UPDATE payments SET captured = captured - 1                             | a captured payment is not its order's total
                    UPDATE payments SET captured = captured * 2, amount = amount * 2        | more is kept than is due
                    UPDATE payments SET refunding = 1                                       | a payment's refunds do not add up
                    UPDATE payments SET refunded = 1                                        | a payment's refunds do not add up
                    DELETE FROM orders                                                      | an idempotency key stands for no order
                    UPDATE stock SET shipped = 1, on_hand = on_hand - 1 WHERE product_id = 'sku-0007' | shipped stock is not the sum of the parcels that left
                    UPDATE stock SET shipped = 1, restocked = 1 WHERE product_id = 'sku-0007' | restocked stock is not the sum of the returns that came back
                    UPDATE orders SET fulfillment_status = 'fulfilled'                      | how far an order is is not what has left of it
                    INSERT INTO fulfilments SELECT gen_random_uuid(), id, 'warehouse', 'loc-main', 'created', ARRAY ['sku-0001'], ARRAY [1], NULL, now(), now() FROM orders | a line of an order is not what its parcels and returns are
                    INSERT INTO fulfilments SELECT gen_random_uuid(), id, 'warehouse', 'loc-city', 'created', ARRAY ['sku-0001'], ARRAY [1], NULL, now(), now() FROM orders | a parcel is not held where it is packed
                    """)
    void check_ofBooksThatDoNotAddUp_saysWhat(String damage, String finding) throws SQLException {
        try (var connection = engine.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(statement.executeUpdate(damage)).isPositive();

            var findings = Books.findings(connection);

            connection.rollback();
            assertThat(findings).anyMatch(line -> line.startsWith(finding));
        }
    }

    /** The tables themselves refuse it; so the check finds it only where somebody took the constraint away. */
    @Test
    void check_ofNegativeStock_saysSo() throws SQLException {
        try (var connection = engine.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("ALTER TABLE stock DROP CONSTRAINT stock_check");
            statement.executeUpdate("UPDATE stock SET reserved = on_hand + 1 WHERE product_id = 'sku-0100'");

            var findings = Books.findings(connection);

            connection.rollback();
            assertThat(findings)
                    .anyMatch(line -> line.startsWith("stock is negative, or more is reserved than there is"));
        }
    }
}
