package dev.orderengine.payment;

import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/**
 * Durable jobs of one kind that one provider does: what a {@link JobRunner} drives.
 *
 * @param <J> a job that was claimed; its {@code toString} names it in logs, without what must never be logged
 * @param <A> what the provider answers to it
 */
public interface Jobs<J, A> {

    /** The name in metrics and logs: {@code payments}, {@code refunds}. */
    String kind();

    /** The provider's name. */
    String provider();

    /** How many may be asked for at once now. */
    int openings();

    /** Takes up to so many due jobs, so that nobody else does until their lease runs out. */
    Future<List<J>> claim(int limit);

    /** The order that a job is about. */
    UUID orderOf(J job);

    /** Whether the provider has to be asked; else the job ended as it was taken up. */
    boolean isOpen(J job);

    /** Asks the provider; never fails. */
    Future<A> ask(J job);

    /** The name of an answer in metrics. */
    String nameOf(A answer);

    /** Writes what the provider answered; says for each whether it was written, or somebody else had taken the job up since. */
    Future<List<Boolean>> settle(List<Answered<J, A>> answers);

    /** A job and the answer to it. */
    record Answered<J, A>(J job, A answer) {}
}
