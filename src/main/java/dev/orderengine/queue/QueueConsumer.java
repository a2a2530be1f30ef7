package dev.orderengine.queue;

import dev.orderengine.batch.GiveWay;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;

/**
 * Consumes one SQS queue: long polls, at most so many messages in hand, hidden from others for as long as they are. A message is deleted
 * when its effect is durable, shown again later when it could not be handled, and moved to the dead-letter queue with its reason when
 * it never can be, or came too often. What a consumer has in hand when it dies comes again by itself. While requests need the machine more,
 * it asks for nothing, until the messages are as old as background work may be.
 *
 * <p>Any number may consume one queue. It lives on the context that {@link #start} is called on; {@link #stop} may be called from any
 * thread.
 */
public final class QueueConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(QueueConsumer.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration REST_GIVING_WAY = Duration.ofMillis(200);
    /** So often is a message's time extended before it runs out. */
    private static final int EXTENSIONS = 3;

    private final Vertx vertx;
    private final SqsQueue queue;
    private final ConsumerSettings settings;
    private final MessageHandler handler;
    private final BooleanSupplier givesWay;
    private final Clock clock;
    private final ConsumerMetrics figures;
    private final Settlement settlement;
    private final Map<String, Received> inHand = new LinkedHashMap<>();
    private final Set<CompletableFuture<ReceiveMessageResponse>> waiting = new HashSet<>();

    private Context context;
    private volatile int inFlight;
    private int polls;
    private int asked;
    private int failuresInARow;
    private long extending;
    private Instant newest;
    private boolean pausing;
    private boolean stopped;
    private Promise<Void> idle;

    /**
     * @param sqs not closed here
     * @param background whether, and for how long, requests come first
     */
    public QueueConsumer(
            Vertx vertx,
            SqsAsyncClient sqs,
            ConsumerSettings settings,
            MessageHandler handler,
            GiveWay background,
            Clock clock,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.queue = new SqsQueue(vertx, sqs, settings.queue());
        this.settings = settings;
        this.handler = handler;
        this.givesWay = background.whileBehind(this::behind);
        this.clock = clock;
        this.figures = new ConsumerMetrics(queue.name(), () -> inFlight, metrics);
        this.settlement = new Settlement(queue, settings, figures, metrics);
    }

    /** Begins to consume, on the current context. */
    public void start() {
        context = vertx.getOrCreateContext();
        newest = clock.instant();
        context.runOnContext(started -> {
            extending = vertx.setPeriodic(settings.visibility().toMillis() / EXTENSIONS, fired -> extend());
            look();
        });
    }

    /**
     * Takes nothing more, finishes what is in hand, for as long as the settings allow, and gives the rest back at once. A call that waits
     * for messages is cut short: what the queue hands out to it in that very moment comes again when its time is over.
     */
    public Future<Void> stop() {
        Promise<Void> finished = Promise.promise();
        context.runOnContext(told -> {
            stopped = true;
            List.copyOf(waiting).forEach(poll -> poll.cancel(true));
            idle().timeout(settings.drain().toMillis(), TimeUnit.MILLISECONDS)
                    .recover(late -> giveBackAll())
                    .onComplete(done -> vertx.cancelTimer(extending))
                    .onComplete(finished);
        });
        return finished.future();
    }

    private Future<Void> idle() {
        if (idle == null) {
            idle = Promise.promise();
        }
        tellIdle();
        return idle.future();
    }

    private void tellIdle() {
        if (idle != null && inHand.isEmpty()) {
            idle.tryComplete();
        }
    }

    private Future<Void> giveBackAll() {
        LOG.warn("{} messages of {} are not handled in time, and given back", inHand.size(), queue.name());
        return settlement.giveBack(List.copyOf(inHand.values()));
    }

    /** Asks for as many messages as there is room for. */
    private void look() {
        if (!stopped && !pausing && givesWay.getAsBoolean()) {
            pause(REST_GIVING_WAY.toMillis());
        }
        while (!stopped && !pausing && polls < settings.polls() && room() > 0) {
            int most = Math.min(room(), SqsQueue.MAX_BATCH);
            polls++;
            asked += most;
            poll(most);
        }
    }

    /** What waits came after the last message that was taken: it is no older than that. */
    private Duration behind() {
        return Duration.between(newest, clock.instant());
    }

    private int room() {
        return settings.inFlight() - inHand.size() - asked;
    }

    private void poll(int most) {
        queue.url()
                .compose(url -> receive(url, most))
                .onComplete(answered -> {
                    polls--;
                    asked -= most;
                })
                .onComplete(this::received, this::away);
    }

    private Future<List<Received>> receive(String url, int most) {
        if (stopped) {
            return Future.succeededFuture(List.of());
        }
        CompletableFuture<ReceiveMessageResponse> poll =
                queue.receive(url, most, settings.waiting(), settings.visibility());
        waiting.add(poll);
        return Future.fromCompletionStage(poll, context)
                .onComplete(answered -> waiting.remove(poll))
                .map(response -> response.messages().stream().map(Received::of).toList());
    }

    private void received(List<Received> messages) {
        if (failuresInARow > 0) {
            failuresInARow = 0;
            LOG.info("the queue {} answers again", queue.name());
        }
        if (stopped) {
            settlement.giveBack(messages);
            return;
        }
        messages.forEach(this::take);
        look();
    }

    private void away(Throwable cause) {
        if (stopped) {
            return;
        }
        if (failuresInARow == 0) {
            LOG.warn("the queue {} does not answer, its messages wait: {}", queue.name(), cause.toString());
        }
        figures.fault();
        failuresInARow++;
        if (!pausing) {
            pause(pauseAfterFailures());
        }
    }

    private void pause(long millis) {
        pausing = true;
        vertx.setTimer(millis, rested -> {
            pausing = false;
            look();
        });
    }

    private long pauseAfterFailures() {
        long longest = Math.min(FIRST_PAUSE.toMillis() << Math.min(failuresInARow, 10), LONGEST_PAUSE.toMillis());
        return ThreadLocalRandom.current().nextLong(longest / 2, longest) + 1;
    }

    private void take(Received received) {
        Message message = received.message();
        figures.received(message.receives(), Duration.between(message.sentAt(), clock.instant()));
        newest = message.sentAt();
        inHand.put(received.receipt(), received);
        inFlight = inHand.size();
        Future.succeededFuture(message)
                .compose(handler::handle)
                .map(Objects::requireNonNull)
                .timeout(settings.patience().toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(fault -> new Handled.Later(settings.retryAfter(message.receives()), fault.toString()))
                .onSuccess(handled -> context.runOnContext(now -> settle(received, handled)));
    }

    private void settle(Received received, Handled handled) {
        settlement.settle(received, handled).onComplete(settled -> {
            inHand.remove(received.receipt());
            inFlight = inHand.size();
            tellIdle();
            look();
        });
    }

    private void extend() {
        settlement.extend(List.copyOf(inHand.values()));
    }
}
