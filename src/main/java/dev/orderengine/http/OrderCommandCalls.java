package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.bus.Bus;
import dev.orderengine.order.Execute;
import dev.orderengine.order.Execution;
import dev.orderengine.order.Fault;
import dev.orderengine.order.OrderCommand;
import dev.orderengine.order.OrderCommandVerticle;
import dev.orderengine.order.Refusal;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The one way of a command on an existing order through HTTP: body, key and precondition are read, the command is carried out by
 * {@link OrderCommandVerticle}, and what came of it is answered; refusals go to the audit log.
 */
final class OrderCommandCalls {

    private static final Duration KEY_WAIT = Duration.ofSeconds(1);

    private final RequestBody bodies;
    private final Bus bus;
    private final AuditTrail audit;

    OrderCommandCalls(RequestBody bodies, Bus bus, AuditTrail audit) {
        this.bodies = bodies;
        this.bus = bus;
        this.audit = audit;
    }

    /** Reads a command, noting every fault; what it gives is of no use if there are any. */
    @FunctionalInterface
    interface Decoder {
        OrderCommand decode(JsonNode body, List<Fault> faults);
    }

    /**
     * What a refusal in the audit log is about.
     *
     * @param action what was to be done
     * @param id of the order, or of what belongs to it
     */
    record Subject(String action, UUID id) {}

    /**
     * Carries out a command on the order in the path; {@code If-Match} is honoured if it was sent.
     *
     * @param action its name in the audit log
     */
    void post(RoutingContext context, String action, Decoder decoder) {
        UUID orderId = OrderIds.inPath(context);
        run(context, new Subject(action, orderId), () -> found(orderId), Preconditions.of(context), decoder);
    }

    /** The same; {@code If-Match} is required. */
    void patch(RoutingContext context, String action, Decoder decoder) {
        UUID orderId = OrderIds.inPath(context);
        run(context, new Subject(action, orderId), () -> found(orderId), Preconditions.required(context), decoder);
    }

    /** The same on what belongs to an order, which is looked for when the request has no faults of its own. */
    void run(
            RoutingContext context,
            Subject subject,
            Supplier<Future<Optional<UUID>>> order,
            Preconditions preconditions,
            Decoder decoder) {
        Buffer body = context.body().buffer();
        String key = IdempotencyKeys.of(context);
        List<Fault> faults = new ArrayList<>();
        OrderCommand command = decoder.decode(bodies.read(body), faults);
        if (!faults.isEmpty()) {
            refuse(context, subject, Problem.unprocessable(faults));
            return;
        }
        RequestContext request = RequestContext.of(context);
        Caller caller = request.caller();
        Function<UUID, Execute> execute = orderId -> new Execute(
                orderId,
                caller.subject(),
                caller.may(Scope.ORDERS_ALL) ? null : caller.subject(),
                key == null ? null : new Execute.Key(key, IdempotencyKeys.fingerprint(context, body)),
                version -> preconditions.allow(Optional.of(String.valueOf(version))),
                command,
                request.trace().traceparent());
        Deadline.of(order.get()
                        .onSuccess(found -> found.ifPresent(request::orderId))
                        .compose(found -> execute(found.map(execute))))
                .onSuccess(execution -> answer(context, subject, execution))
                .onFailure(context::fail);
    }

    private Future<Execution> execute(Optional<Execute> command) {
        return command.map(execute -> bus.ask(OrderCommandVerticle.EXECUTE, execute.traceparent(), execute::within))
                .orElseGet(() -> Future.succeededFuture(new Execution.Refused(new Refusal.NotFound())));
    }

    private static Future<Optional<UUID>> found(UUID orderId) {
        return Future.succeededFuture(Optional.of(orderId));
    }

    private void answer(RoutingContext context, Subject subject, Execution execution) {
        if (execution instanceof Execution.Done done) {
            context.response().putHeader("ETag", Responses.etag(String.valueOf(done.version())));
            if (done.replayed()) {
                context.response().putHeader(IdempotencyKeys.REPLAYED, "true");
            }
            Responses.json(context, done.status(), Buffer.buffer(done.body()));
        } else {
            refuse(context, subject, problem(((Execution.Refused) execution).refusal()));
        }
    }

    private void refuse(RoutingContext context, Subject subject, Problem problem) {
        audit.record(context, subject.action(), subject.id().toString(), "refused", Map.of("errors", errors(problem)));
        context.fail(new ProblemException(problem));
    }

    private static Problem problem(Refusal refusal) {
        if (refusal instanceof Refusal.Invalid invalid) {
            return Problem.unprocessable(invalid.faults());
        }
        if (refusal instanceof Refusal.Illegal illegal) {
            return Problem.of(409, illegal.code(), "The order is in no state for this", illegal.detail());
        }
        if (refusal instanceof Refusal.OtherVersion) {
            return Preconditions.failed();
        }
        if (refusal instanceof Refusal.KeyReused) {
            return IdempotencyKeys.reused();
        }
        if (refusal instanceof Refusal.KeyInUse) {
            return new Problem(
                    409,
                    "idempotency_key_in_use",
                    "The request with this key is still at work",
                    "Send it again in a moment to get its answer.",
                    List.of(),
                    KEY_WAIT);
        }
        return Problem.notFound();
    }

    private static List<String> errors(Problem problem) {
        return problem.errors().isEmpty()
                ? List.of(problem.code())
                : problem.errors().stream()
                        .map(fault -> fault.pointer() + " " + fault.code())
                        .toList();
    }
}
