package dev.orderengine.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One response of server-sent events. News are written as they come while they follow what was written last; whatever else comes
 * (a gap, or a client that reads slowly) makes the stream read on from the database at the client's pace, so that it keeps a page
 * and a short queue in memory and no more. A client that takes nothing for too long is cut off. Confined to its event loop.
 */
final class EventStream {

    static final String MEDIA_TYPE = "text/event-stream";

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final CharSequence CONTENT_TYPE = HttpHeaders.createOptimized(MEDIA_TYPE);
    private static final Buffer COMMENT = Buffer.buffer(":\n\n");
    /** How soon a client comes back, somewhere else if it can, in milliseconds. */
    private static final String RETRY = "retry: 2000\n";

    private static final int MOST_QUEUED_BYTES = 64 * 1024;
    private static final long CANCEL = 8;

    private final Vertx vertx;
    private final RoutingContext context;
    private final HttpServerResponse response;
    private final LongFunction<Future<Page>> pages;
    private final Times times;
    private final Runnable onCut;
    private Runnable onOver;
    private long last;
    private int queuedBytes;
    /** While this is so, news only say that there is more to read. */
    private boolean reading = true;

    private boolean missed;
    private boolean ended;
    private Runnable onDrained;
    private long commenting;
    private long expiring;
    private long losingPatience;

    /**
     * An event as it is written.
     *
     * @param number of consecutive events consecutive
     */
    record Frame(long number, Buffer bytes) {

        static Frame of(long number, String id, String type, Buffer data) {
            Buffer bytes = Buffer.buffer(data.length() + 64)
                    .appendString("id: ")
                    .appendString(id)
                    .appendString("\nevent: ")
                    .appendString(type)
                    .appendString("\ndata: ")
                    .appendBuffer(data)
                    .appendString("\n\n");
            return new Frame(number, bytes);
        }
    }

    /**
     * What the database has after some number.
     *
     * @param last number of the last event that it covers
     * @param more whether it is worthwhile to read on at once
     */
    record Page(List<Frame> frames, long last, boolean more) {}

    /**
     * The times of a stream.
     *
     * @param comment between two comments, which show both sides that the other is there
     * @param patience how long a client may take nothing
     * @param life how long the caller's token is valid
     */
    record Times(Duration comment, Duration patience, Duration life) {}

    /**
     * Writes nothing yet.
     *
     * @param pages reads what comes after a number
     * @param onCut called when the client is cut off
     */
    EventStream(Vertx vertx, RoutingContext context, LongFunction<Future<Page>> pages, Times times, Runnable onCut) {
        this.vertx = vertx;
        this.context = context;
        this.response = context.response();
        this.pages = pages;
        this.times = times;
        this.onCut = onCut;
    }

    /**
     * Begins to write.
     *
     * @param after number of the last event that the client has
     * @param id what the client may name if it comes back before the first event; null for nothing
     * @param over called when the stream is over, whatever ended it
     */
    void open(long after, String id, Runnable over) {
        last = after;
        onOver = over;
        if (response.closed()) {
            over();
            return;
        }
        RequestContext.of(context).held();
        context.addEndHandler(gone -> over());
        commenting = vertx.setPeriodic(times.comment().toMillis(), tick -> comment());
        expiring = vertx.setTimer(Math.max(1, times.life().toMillis()), expired -> end());
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE)
                // Compressed, events would wait for each other, and each stream would cost a quarter of a megabyte.
                .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
                .putHeader("X-Accel-Buffering", "no");
        write(Buffer.buffer(id == null ? RETRY + "\n" : RETRY + "id: " + id + "\n\n"));
        read();
    }

    /** Tells of events as they happen. */
    void news(List<Frame> frames) {
        if (reading) {
            missed = true;
            return;
        }
        for (Frame frame : frames) {
            if (frame.number() > last + 1 || isFull()) {
                read();
                return;
            }
            if (frame.number() == last + 1) {
                write(frame.bytes());
                last = frame.number();
            }
        }
    }

    /** Tells that there is more to read. */
    void more() {
        if (reading) {
            missed = true;
        } else if (!ended) {
            read();
        }
    }

    /** Ends it in order; the client may come back and go on. */
    void end() {
        if (ended) {
            return;
        }
        if (isFull()) {
            close();
        } else {
            response.end();
        }
    }

    private void read() {
        reading = true;
        missed = false;
        whenDrained(() -> pages.apply(last).onSuccess(this::page).onFailure(this::fail));
    }

    private void page(Page page) {
        if (ended) {
            return;
        }
        page.frames().forEach(frame -> write(frame.bytes()));
        last = page.last();
        reading = false;
        if (page.more() || missed) {
            read();
        }
    }

    private void whenDrained(Runnable next) {
        if (!isFull()) {
            next.run();
            return;
        }
        onDrained = next;
        losingPatience = vertx.setTimer(times.patience().toMillis(), lost -> cutOff());
    }

    private void write(Buffer bytes) {
        if (ended) {
            return;
        }
        queuedBytes += bytes.length();
        response.write(bytes).onComplete(written -> written(bytes.length()));
    }

    private void written(int bytes) {
        queuedBytes -= bytes;
        if (onDrained != null && !isFull() && !ended) {
            vertx.cancelTimer(losingPatience);
            Runnable next = onDrained;
            onDrained = null;
            next.run();
        }
    }

    private boolean isFull() {
        return queuedBytes >= MOST_QUEUED_BYTES;
    }

    private void comment() {
        if (queuedBytes == 0) {
            write(COMMENT);
        }
    }

    private void cutOff() {
        LOG.warn(
                "a stream of {} is cut off: its client took nothing for {} s",
                context.request().path(),
                times.patience().toSeconds(),
                OrderIds.logged(context));
        onCut.run();
        close();
    }

    private void fail(Throwable fault) {
        LOG.warn(
                "a stream of {} ends, for its events cannot be read",
                context.request().path(),
                OrderIds.logged(context),
                fault);
        end();
    }

    /** At once: in the usual way the connection would wait until the client has read what is queued. */
    private void close() {
        if (context.request().version() == HttpVersion.HTTP_2) {
            response.reset(CANCEL);
        } else if (context.request().connection() instanceof ConnectionBase connection) {
            connection.channelHandlerContext().close();
        }
    }

    private void over() {
        if (ended) {
            return;
        }
        ended = true;
        vertx.cancelTimer(commenting);
        vertx.cancelTimer(expiring);
        vertx.cancelTimer(losingPatience);
        onOver.run();
    }
}
