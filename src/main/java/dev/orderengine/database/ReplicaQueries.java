package dev.orderengine.database;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Statements that a replica answers, which may be some moments behind. One that is away, too slow, or in conflict with what it
 * replays is not waited for: the primary answers instead, and the replica is left alone for a while once that has happened
 * again and again. Any thread.
 */
public final class ReplicaQueries implements Queries {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaQueries.class);
    private static final int JUDGED_BY = 4;

    private final Queries replica;
    private final Queries primary;
    private final Duration patience;
    private final CircuitBreaker breaker;
    private final Counter fallbacks;

    /**
     * @param patience for one statement on the replica
     * @param pause how long the replica is left alone
     */
    public ReplicaQueries(Queries replica, Queries primary, Duration patience, Duration pause, MeterRegistry metrics) {
        this.replica = replica;
        this.primary = primary;
        this.patience = patience;
        CircuitBreakerRegistry breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowSize(JUDGED_BY)
                .minimumNumberOfCalls(JUDGED_BY / 2)
                .waitDurationInOpenState(pause)
                .permittedNumberOfCallsInHalfOpenState(1)
                .build());
        this.breaker = breakers.circuitBreaker("replica");
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(metrics);
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.warn("the database's replica: {}", event.getStateTransition()));
        this.fallbacks = Counter.builder("database.replica.fallbacks")
                .description("Statements for the replica that the primary answered")
                .register(metrics);
    }

    @Override
    public Future<RowSet<Row>> query(String statement, Tuple parameters) {
        if (!breaker.tryAcquirePermission()) {
            return instead(statement, parameters);
        }
        return replica.query(statement, parameters)
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(this::judge)
                .recover(fault ->
                        SqlStates.isRefusal(fault) ? Future.failedFuture(fault) : instead(statement, parameters));
    }

    /** What the server refuses for the statement's own sake says nothing against the server. */
    private void judge(RowSet<Row> rows, Throwable fault) {
        if (fault == null || SqlStates.isRefusal(fault)) {
            breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        } else {
            LOG.warn("the database's replica did not answer, the primary does: {}", fault.toString());
            breaker.onError(0, TimeUnit.NANOSECONDS, fault);
        }
    }

    private Future<RowSet<Row>> instead(String statement, Tuple parameters) {
        fallbacks.increment();
        return primary.query(statement, parameters);
    }
}
