package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** A customer who asks for an order of somebody else is answered, in the same time, as if it did not exist. */
final class Strangers implements Scenario {

    private static final String ORDER = "{order_id}";
    private static final int ROUNDS = 40;

    @Override
    public void play(RunningEngine engine) {
        String foreign = engine.as("service")
                .place(OrderRequests.of("c-owner", "sku-0005", 1))
                .text("order_id");
        Api stranger = engine.asCustomer("c-stranger");
        List<Operation> operations = engine.witness().contract().operations().stream()
                .filter(operation -> operation.path().contains(ORDER))
                .toList();
        assertThat(operations).hasSizeGreaterThan(5);
        for (Operation operation : operations) {
            Answer ofForeign = ask(stranger, operation, foreign);
            Answer ofNone = ask(stranger, operation, UUID.randomUUID().toString());
            assertThat(ofForeign.status()).as(operation.title()).isIn(403, 404);
            assertThat(ofForeign.status()).as(operation.title()).isEqualTo(ofNone.status());
            assertThat(untraced(ofForeign)).as(operation.title()).isEqualTo(untraced(ofNone));
            assertThat(ofForeign.headers().map().keySet())
                    .isEqualTo(ofNone.headers().map().keySet());
        }
        operations.stream()
                .filter(operation -> List.of("getOrder", "cancelOrder").contains(operation.id()))
                .forEach(operation -> takesAsLong(stranger, operation, foreign));
    }

    /** In turns, and by the median, for the machine may be busy. */
    private static void takesAsLong(Api stranger, Operation operation, String foreign) {
        long[] ofForeign = new long[ROUNDS];
        long[] ofNone = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            ofForeign[i] = nanos(stranger, operation, foreign);
            ofNone[i] = nanos(stranger, operation, UUID.randomUUID().toString());
        }
        Arrays.sort(ofForeign);
        Arrays.sort(ofNone);
        long one = ofForeign[ROUNDS / 2];
        long other = ofNone[ROUNDS / 2];
        assertThat(Duration.ofNanos(Math.abs(one - other)))
                .as("%s: %d ns and %d ns", operation.title(), one, other)
                .isLessThan(Duration.ofNanos(Math.max(one, other) / 2).plusMillis(1));
    }

    private static long nanos(Api stranger, Operation operation, String orderId) {
        long start = System.nanoTime();
        ask(stranger, operation, orderId);
        return System.nanoTime() - start;
    }

    private static Answer ask(Api stranger, Operation operation, String orderId) {
        Call example = Call.example(operation);
        String path = Subjects.example(operation.withPath(operation.path().replace(ORDER, orderId)));
        return new Call(operation, path, example.body()).by(stranger).join();
    }

    private static ObjectNode untraced(Answer answer) {
        ObjectNode body = (ObjectNode) answer.json();
        body.remove("trace_id");
        return body;
    }
}
