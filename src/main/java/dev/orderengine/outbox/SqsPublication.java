package dev.orderengine.outbox;

import dev.orderengine.outbox.PublishResult.Held;
import dev.orderengine.outbox.PublishResult.Refused;
import dev.orderengine.outbox.PublishResult.Sent;
import dev.orderengine.outbox.PublishResult.Unanswered;
import dev.orderengine.outbox.SqsCalls.RefusedEntry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * One list of events on its way to SQS. It goes in waves, each of which has at most one event of an order: the next wave starts when
 * SQS has answered the one before, so that no event overtakes an earlier one of its order, whatever was refused. Confined to its
 * context.
 */
final class SqsPublication {

    /** What SQS takes in one call. */
    private static final int MAX_ENTRIES = 10;

    private static final int MAX_BYTES = 256 * 1024;
    private static final int CALLS_AT_ONCE = 4;
    /** No call starts later than this after the first: the caller holds a transaction meanwhile. */
    private static final Duration TIME_TO_START = Duration.ofSeconds(3);

    private static final int BAD_REQUEST = 400;

    /** Error codes of bad requests that are not bad for what they carry. */
    private static final Set<String> BLAMES_THE_SENDER = Set.of(
            "AccessDenied",
            "AccessDeniedException",
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "InvalidClientTokenId",
            "InvalidSecurity",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "NonExistentQueue",
            "QueueDoesNotExist",
            "UnrecognizedClientException");

    private final SqsCalls sqs;
    private final SendingSpans spans;
    private final String url;
    private final List<List<SqsMessage>> waves;
    private final PublishResult[] results;
    private final Set<UUID> blocked = new HashSet<>();
    private final long start = System.nanoTime();
    private Throwable away;

    SqsPublication(SqsCalls sqs, SendingSpans spans, String url, List<OutboxEvent> events) {
        this.sqs = sqs;
        this.spans = spans;
        this.url = url;
        this.waves = waves(events, spans);
        this.results = new PublishResult[events.size()];
    }

    /** Sends the events; never fails. */
    Future<List<PublishResult>> run() {
        return from(0).map(sent -> Arrays.stream(results).map(this::orNotSent).toList());
    }

    private PublishResult orNotSent(PublishResult result) {
        if (result != null) {
            return result;
        }
        return away == null ? new Held() : new Unanswered(away);
    }

    private static List<List<SqsMessage>> waves(List<OutboxEvent> events, SendingSpans spans) {
        List<List<SqsMessage>> waves = new ArrayList<>();
        Map<UUID, Integer> waveOf = new HashMap<>(events.size() * 2);
        for (int i = 0; i < events.size(); i++) {
            OutboxEvent event = events.get(i);
            int wave = waveOf.merge(event.orderId(), 0, (last, first) -> last + 1);
            if (wave == waves.size()) {
                waves.add(new ArrayList<>());
            }
            waves.get(wave).add(SqsMessage.of(i, event, spans.sending(event)));
        }
        return waves;
    }

    private Future<Void> from(int wave) {
        if (wave == waves.size() || away != null) {
            return Future.succeededFuture();
        }
        Queue<List<SqsMessage>> calls = calls(waves.get(wave));
        return Future.join(IntStream.range(0, CALLS_AT_ONCE)
                        .mapToObj(lane -> sendAll(calls))
                        .toList())
                .compose(sent -> from(wave + 1));
    }

    private Queue<List<SqsMessage>> calls(List<SqsMessage> wave) {
        Queue<List<SqsMessage>> calls = new ArrayDeque<>();
        List<SqsMessage> call = new ArrayList<>(MAX_ENTRIES);
        int bytes = 0;
        for (SqsMessage message : wave) {
            if (blocked.contains(message.orderId())) {
                continue;
            }
            if (message.bytes() > MAX_BYTES) {
                refuse(message, "its " + message.bytes() + " bytes are more than SQS takes", true);
                continue;
            }
            if (call.size() == MAX_ENTRIES || bytes + message.bytes() > MAX_BYTES) {
                calls.add(call);
                call = new ArrayList<>(MAX_ENTRIES);
                bytes = 0;
            }
            call.add(message);
            bytes += message.bytes();
        }
        if (!call.isEmpty()) {
            calls.add(call);
        }
        return calls;
    }

    private Future<Void> sendAll(Queue<List<SqsMessage>> calls) {
        if (!calls.isEmpty() && away == null && System.nanoTime() - start > TIME_TO_START.toNanos()) {
            away = new TimeoutException("SQS is too slow");
        }
        if (calls.isEmpty() || away != null) {
            return Future.succeededFuture();
        }
        return send(calls.remove()).compose(sent -> sendAll(calls));
    }

    private Future<Void> send(List<SqsMessage> call) {
        long sent = System.nanoTime();
        return sqs.send(url, call).compose(refused -> note(call, refused, sent), fault -> failed(call, fault, sent));
    }

    private Future<Void> note(List<SqsMessage> call, List<RefusedEntry> refused, long sent) {
        call.forEach(message -> results[message.position()] = new Sent());
        for (RefusedEntry error : refused) {
            SqsMessage message = call.get(Integer.parseInt(error.id()));
            refuse(message, error.code() + ": " + error.message(), error.senderFault());
        }
        tell(call, sent);
        return Future.succeededFuture();
    }

    private Future<Void> failed(List<SqsMessage> call, Throwable fault, long sent) {
        if (!blamesContent(fault)) {
            away = fault;
            tell(call, sent);
            return Future.succeededFuture();
        }
        if (call.size() == 1) {
            refuse(call.get(0), fault.getMessage(), true);
            tell(call, sent);
            return Future.succeededFuture();
        }
        // One of them spoils the call for all: each goes alone.
        Queue<List<SqsMessage>> alone = new ArrayDeque<>();
        call.forEach(message -> alone.add(List.of(message)));
        return sendAll(alone);
    }

    private void tell(List<SqsMessage> call, long sent) {
        call.forEach(message -> spans.tell(message, sent, results[message.position()]));
    }

    private void refuse(SqsMessage message, String reason, boolean senderFault) {
        results[message.position()] = new Refused(reason, senderFault);
        blocked.add(message.orderId());
    }

    /** Whether a call failed for what it carries, which is assumed of a bad request unless something else is known of it. */
    private static boolean blamesContent(Throwable cause) {
        return cause instanceof SqsException refusal
                && refusal.statusCode() == BAD_REQUEST
                && !refusal.isThrottlingException()
                && !refusal.isClockSkewException()
                && !BLAMES_THE_SENDER.contains(code(refusal));
    }

    /** The error's code without the namespace that some servers put before it; empty if it has none. */
    private static String code(SqsException refusal) {
        AwsErrorDetails details = refusal.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        return code.substring(code.lastIndexOf('.') + 1);
    }
}
