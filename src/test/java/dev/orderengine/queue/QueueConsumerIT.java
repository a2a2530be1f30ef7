package dev.orderengine.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.batch.GiveWay;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.dev.Services;
import dev.orderengine.support.SharedServices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** A consumer on a real queue: what comes, what comes again, what is given back and what is buried. */
@ExtendWith(SharedServices.class)
@Timeout(60)
class QueueConsumerIT {

    private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
    private static final Handled DONE = new Handled.Done();

    private static SqsAsyncClient sqs;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final String name = "consumer-" + UUID.randomUUID();
    private final List<QueueConsumer> consumers = new ArrayList<>();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final List<Message> came = new CopyOnWriteArrayList<>();
    private String queue;
    private String deadLetters;

    @BeforeAll
    static void connect(Services services) {
        sqs = SqsClients.create(
                new EngineConfig.Sqs(services.sqs().endpoint(), services.sqs().region(), "unused"),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("dev", "dev")));
    }

    @AfterAll
    static void disconnect() {
        sqs.close();
    }

    @BeforeEach
    void open() {
        queue = create(name);
        deadLetters = create(name + "-dlq");
    }

    @AfterEach
    void close() {
        consumers.forEach(consumer -> consumer.stop().await());
        vertx.close().await();
    }

    @Test
    void message_thatIsHandled_comesOnceWithItsAttributesAndTrace() {
        consume(name, 10, 30, message -> Future.succeededFuture(DONE));

        for (int i = 0; i < 25; i++) {
            send("body " + i);
        }

        await().untilAsserted(() -> assertThat(count("queue.messages.handled")).isEqualTo(25));
        assertThat(came).extracting(Message::body).doesNotHaveDuplicates().hasSize(25);
        assertThat(came).allSatisfy(message -> {
            assertThat(message.attributes()).containsEntry("order_id", "o-1");
            assertThat(message.receives()).isEqualTo(1);
            assertThat(message.trace().traceId()).isEqualTo(TRACE_ID);
            assertThat(message.toString()).doesNotContain("body");
        });
        await().until(() -> left(queue) == 0);
        assertThat(metrics.get("queue.message.age").timer().count()).isEqualTo(25);
    }

    @Test
    void messages_moreThanMayBeInFlight_waitInTheQueue() {
        AtomicInteger inHand = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Promise<Handled> released = Promise.promise();
        consume(name, 3, 30, message -> {
            most.accumulateAndGet(inHand.incrementAndGet(), Math::max);
            return released.future().onComplete(done -> inHand.decrementAndGet());
        });

        for (int i = 0; i < 12; i++) {
            send("body " + i);
        }

        await().until(() -> most.get() == 3);
        assertThat(came).as("the others wait").hasSize(3);
        vertx.runOnContext(now -> released.complete(DONE));
        await().until(() -> came.size() == 12);
        assertThat(most.get()).isEqualTo(3);
    }

    @Test
    void message_thatTakesLongerThanItIsHidden_isKept() {
        Promise<Handled> work = Promise.promise();
        consume(name, 10, 1, message -> work.future());
        consume(queue, 10, 1, message -> work.future());
        send("long");

        await().until(() -> came.size() == 1);
        await().during(Duration.ofMillis(1_600)).until(() -> came.size() == 1);

        work.complete(DONE);
        await().until(() -> left(queue) == 0);
        assertThat(metrics.get("queue.in.flight").gauge().value()).isZero();
    }

    @Test
    void message_ofAConsumerThatDied_comesAgain() {
        Vertx doomed = Vertx.vertx();
        QueueConsumer dying = consumer(doomed, queue, 1, 1, message -> {
            came.add(message);
            return Promise.<Handled>promise().future();
        });
        doomed.runOnContext(begun -> dying.start());
        send("twice");
        await().until(() -> came.size() == 1);

        doomed.close().await();
        consume(queue, 10, 30, message -> Future.succeededFuture(DONE));

        await().until(() -> came.size() == 2);
        assertThat(came.get(1).receives()).isEqualTo(2);
    }

    @Test
    void stop_finishesWhatIsInHandAndGivesTheRestBackAtOnce() {
        Map<String, Promise<Handled>> work = new ConcurrentHashMap<>();
        // As many as there is room for: no call waits for more, which would get what is given back.
        QueueConsumer consumer = consume(queue, 2, 30, message -> {
            Promise<Handled> promise = Promise.promise();
            work.put(message.body(), promise);
            return promise.future();
        });
        send("finishes");
        send("hangs");
        await().until(() -> work.size() == 2);

        Future<Void> stopped = consumer.stop();
        send("later");
        work.get("finishes").complete(DONE);
        stopped.await();

        consume(queue, 10, 30, message -> Future.succeededFuture(DONE));
        await().untilAsserted(() -> assertThat(came)
                .extracting(Message::body)
                .containsExactlyInAnyOrder("finishes", "hangs", "hangs", "later"));
    }

    @Test
    void stop_whileItWaitsForMessages_isDoneAtOnce() {
        QueueConsumer consumer = consume(queue, 10, 30, message -> Future.succeededFuture(DONE));
        send("one");
        await().until(() -> came.size() == 1);

        long begin = System.nanoTime();
        consumer.stop().await();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void message_thatNobodyWillEverUnderstand_isBuriedAtOnceWithItsReason() {
        consume(queue, 10, 30, message -> Future.succeededFuture(new Handled.Never("it is no JSON")));

        send("poison");

        var dead = buried();
        assertThat(dead.body()).isEqualTo("poison");
        assertThat(dead.messageAttributes().get("failure_reason").stringValue()).isEqualTo("it is no JSON");
        assertThat(dead.messageAttributes().get("order_id").stringValue()).isEqualTo("o-1");
        await().until(() -> left(queue) == 0);
        assertThat(came).hasSize(1);
        assertThat(count("queue.messages.dead")).isEqualTo(1);
    }

    @Test
    void message_thatCannotBeHandled_isBuriedAfterTheLastTry() {
        consume(queue, 10, 30, message -> {
            throw new IllegalStateException("no luck at " + message.receives());
        });

        send("unlucky");

        assertThat(buried().messageAttributes().get("failure_reason").stringValue())
                .contains("given up at receive 3", "no luck at 3");
        assertThat(came).extracting(Message::receives).containsExactly(1, 2, 3);
        assertThat(count("queue.messages.retried")).isEqualTo(2);
    }

    @Test
    void messages_whileRequestsComeFirst_waitUntilTheyAreTooOld() {
        busy.set(true);
        send("patient");
        long begin = System.nanoTime();
        consume(queue, 10, 30, message -> Future.succeededFuture(DONE));

        await().until(() -> came.size() == 1);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(1_400));
    }

    @Test
    void queue_thatIsMadeLater_isConsumedThen() {
        String late = name + "-late";
        consume(late, 10, 30, message -> Future.succeededFuture(DONE));
        await().until(() -> count("queue.faults") > 0);

        queue = create(late);
        send("at last");

        await().until(() -> came.size() == 1);
    }

    private QueueConsumer consume(String from, int inFlight, int hiddenSeconds, MessageHandler handler) {
        QueueConsumer consumer = consumer(vertx, from, inFlight, hiddenSeconds, message -> {
            came.add(message);
            return handler.handle(message);
        });
        consumers.add(consumer);
        vertx.runOnContext(begun -> consumer.start());
        return consumer;
    }

    private QueueConsumer consumer(Vertx on, String from, int inFlight, int hiddenSeconds, MessageHandler handler) {
        ConsumerSettings settings = new ConsumerSettings(
                from,
                inFlight,
                2,
                Duration.ofSeconds(20),
                Duration.ofSeconds(hiddenSeconds),
                3,
                Duration.ZERO,
                Duration.ofMinutes(1),
                Duration.ofMillis(500));
        GiveWay background = new GiveWay(busy::get, Duration.ofMillis(1_500));
        return new QueueConsumer(on, sqs, settings, handler, background, Clock.systemUTC(), metrics);
    }

    private static String create(String called) {
        return sqs.createQueue(request -> request.queueName(called)).join().queueUrl();
    }

    private void send(String body) {
        sqs.sendMessage(request -> request.queueUrl(queue)
                        .messageBody(body)
                        .messageAttributes(Map.of(
                                "order_id",
                                text("o-1"),
                                "traceparent",
                                text("00-" + TRACE_ID + "-b7ad6b7169203331-01"))))
                .join();
    }

    private static MessageAttributeValue text(String value) {
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(value)
                .build();
    }

    /** Messages in the queue, hidden ones too. */
    private static int left(String url) {
        return sqs
                .getQueueAttributes(request -> request.queueUrl(url).attributeNamesWithStrings("All"))
                .join()
                .attributesAsStrings()
                .entrySet()
                .stream()
                .filter(entry -> entry.getKey().startsWith("ApproximateNumberOfMessages"))
                .mapToInt(entry -> Integer.parseInt(entry.getValue()))
                .sum();
    }

    private software.amazon.awssdk.services.sqs.model.Message buried() {
        await().until(() -> left(deadLetters) == 1);
        return sqs.receiveMessage(request -> request.queueUrl(deadLetters).messageAttributeNames("All"))
                .join()
                .messages()
                .get(0);
    }

    private double count(String counter) {
        return metrics.get(counter).counter().count();
    }
}
