package dev.orderengine.fulfilment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import dev.orderengine.card.CardNumbers;
import dev.orderengine.order.Execute;
import dev.orderengine.order.Execution;
import dev.orderengine.order.Fulfilment;
import dev.orderengine.order.Refusal;
import dev.orderengine.queue.Handled;
import dev.orderengine.queue.Message;
import dev.orderengine.queue.MessageHandler;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * What warehouses, shops and carriers tell of parcels by a queue: {@code {"fulfillment_id", "status", "tracking"?}}, as the body of
 * {@code PATCH /fulfillments/{id}} with the parcel's id in it, and carried out as that is. The message's id is its idempotency key.
 */
public final class FulfilmentUpdates implements MessageHandler {

    private static final String ACTOR = "fulfillment-updates";
    private static final Set<String> FIELDS = Set.of("fulfillment_id", "status", "tracking");
    private static final int MAX_TRACKING = 128;
    private static final Duration KEY_WAIT = Duration.ofSeconds(1);

    private final Function<Execute, Future<Execution>> commands;
    private final FulfilmentIndex parcels;
    private final ObjectMapper json;

    /**
     * @param commands carries a command out
     * @param parcels in the primary, which knows every parcel that was told of
     */
    public FulfilmentUpdates(
            Function<Execute, Future<Execution>> commands, FulfilmentIndex parcels, ObjectMapper json) {
        this.commands = commands;
        this.parcels = parcels;
        this.json = json;
    }

    @Override
    public Future<Handled> handle(Message message) {
        UpdateFulfilment told;
        try {
            told = read(message.body());
        } catch (IllegalArgumentException e) {
            return Future.succeededFuture(new Handled.Never(e.getMessage()));
        }
        return parcels.orderOf(told.fulfilmentId()).compose(order -> execute(order, told, message));
    }

    private Future<Handled> execute(Optional<UUID> order, UpdateFulfilment told, Message message) {
        return order.map(id -> commands.apply(execute(id, told, message)).map(done -> handled(done, id)))
                .orElseGet(() -> Future.succeededFuture(new Handled.Never("there is no such fulfilment")));
    }

    private static Execute execute(UUID orderId, UpdateFulfilment told, Message message) {
        return new Execute(
                orderId,
                ACTOR,
                null,
                new Execute.Key(message.id(), hash(message.body())),
                anyVersion -> true,
                told,
                message.trace().traceparent());
    }

    private static Buffer hash(String body) {
        return Buffer.buffer(
                Hashing.sha256().hashString(body, StandardCharsets.UTF_8).asBytes());
    }

    private static Handled handled(Execution execution, UUID orderId) {
        if (execution instanceof Execution.Refused refused) {
            Refusal refusal = refused.refusal();
            if (refusal instanceof Refusal.KeyInUse) {
                return new Handled.Later(KEY_WAIT, "the same message is at work elsewhere");
            }
            if (refusal instanceof Refusal.Illegal illegal) {
                return new Handled.Never(illegal.code() + ": " + illegal.detail(), orderId);
            }
            return new Handled.Never(refusal.toString(), orderId);
        }
        return new Handled.Done();
    }

    /** @throws IllegalArgumentException saying what is wrong with it */
    private UpdateFulfilment read(String body) {
        JsonNode update = parse(body);
        update.fieldNames().forEachRemaining(name -> require(FIELDS.contains(name), name + " is not known"));
        String tracking = update.path("tracking").isMissingNode() ? null : text(update, "tracking");
        require(tracking == null || tracking.length() <= MAX_TRACKING, "tracking is too long");
        require(tracking == null || !CardNumbers.appearIn(tracking), "tracking looks like a card number");
        return new UpdateFulfilment(id(update), state(update), tracking);
    }

    private JsonNode parse(String body) {
        try {
            JsonNode update = json.readTree(body);
            require(update.isObject(), "the message is no JSON object");
            return update;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the message is no JSON", e);
        }
    }

    private static UUID id(JsonNode update) {
        try {
            return UUID.fromString(text(update, "fulfillment_id"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("fulfillment_id must be the id of a fulfilment", e);
        }
    }

    private static Fulfilment.State state(JsonNode update) {
        return switch (text(update, "status")) {
            case "shipped" -> Fulfilment.State.SHIPPED;
            case "delivered" -> Fulfilment.State.DELIVERED;
            case "failed" -> Fulfilment.State.FAILED;
            default -> throw new IllegalArgumentException("status must be shipped, delivered or failed");
        };
    }

    private static String text(JsonNode update, String field) {
        JsonNode value = update.path(field);
        require(value.isTextual(), field + " must be text");
        return value.textValue();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
