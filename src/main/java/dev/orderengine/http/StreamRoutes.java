package dev.orderengine.http;

import dev.orderengine.feed.EventFeed;
import dev.orderengine.feed.EventTail;
import dev.orderengine.feed.FeedEvent;
import dev.orderengine.http.EventStream.Frame;
import dev.orderengine.http.EventStream.Page;
import dev.orderengine.order.OrderEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongFunction;

/** Events as they happen: of one order, and of all. Confined to one event loop. */
final class StreamRoutes {

    private static final int PAGE = 100;
    private static final Duration COMMENT = Duration.ofSeconds(15);
    private static final Set<String> PARAMETERS = Set.of("after");

    private final Vertx vertx;
    private final OrderAccess access;
    private final EventFeed feed;
    private final EventTail tail;
    private final JsonOut json;
    private final Clock clock;
    private final Duration patience;
    private final Counter cut;
    private final Set<EventStream> open = new HashSet<>();
    private List<FeedEvent> latest = List.of();
    private List<Frame> framesOfLatest = List.of();
    private boolean released;

    /** @param patience how long a client may take nothing */
    StreamRoutes(
            Vertx vertx,
            OrderAccess access,
            EventFeed feed,
            EventTail tail,
            JsonOut json,
            Clock clock,
            Duration patience,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.access = access;
        this.feed = feed;
        this.tail = tail;
        this.json = json;
        this.clock = clock;
        this.patience = patience;
        this.cut = cutStreams(metrics);
    }

    /** Counts the streams, of whatever kind, that are cut off. */
    static Counter cutStreams(MeterRegistry metrics) {
        return Counter.builder("http.streams.cut")
                .description("Event streams whose clients did not read and were cut off")
                .register(metrics);
    }

    void ofOrder(RoutingContext context) {
        UUID orderId = OrderIds.inPath(context);
        Query query = new Query(context, PARAMETERS);
        Integer after = query.resumption(StreamRoutes::sequence, "the sequence of an event");
        query.check();
        EventStream stream = stream(context, last -> pageOfOrder(orderId, (int) last));
        access.visible(context)
                .compose(order -> following(tail.follow(orderId, events -> stream.news(ofOrder(events)))))
                .onSuccess(following -> begin(stream, following, after == null ? 0 : after, null))
                .onFailure(context::fail);
    }

    void ofAll(RoutingContext context) {
        Query query = new Query(context, PARAMETERS);
        Long after = query.resumption(Cursors::position, "the id of an event of this stream");
        query.check();
        EventStream stream = stream(context, this::pageOfAll);
        following(tail.followAll(events -> stream.news(ofAll(events))))
                .compose(following -> start(after, following)
                        .onSuccess(from -> begin(stream, following, from, Cursors.encode(from)))
                        .onFailure(fault -> following.end()))
                .onFailure(context::fail);
    }

    /** Ends all streams: their clients come back, to another engine if this one stops. */
    void release() {
        released = true;
        List.copyOf(open).forEach(EventStream::end);
    }

    private EventStream stream(RoutingContext context, LongFunction<Future<Page>> pages) {
        Duration life = Duration.between(
                clock.instant(), RequestContext.of(context).caller().expiresAt());
        return new EventStream(vertx, context, pages, new EventStream.Times(COMMENT, patience, life), cut::increment);
    }

    /** Whoever came too late for its caller follows no more. */
    private static Future<EventTail.Following> following(Future<EventTail.Following> joining) {
        return Deadline.of(joining).onFailure(fault -> joining.onSuccess(EventTail.Following::end));
    }

    private void begin(EventStream stream, EventTail.Following following, long after, String id) {
        open.add(stream);
        stream.open(after, id, () -> {
            open.remove(stream);
            following.end();
        });
        if (released) {
            stream.end();
        }
    }

    /** Where a stream of all events begins: now, or where the client left off if all that came since is still kept. */
    private Future<Long> start(Long after, EventTail.Following following) {
        if (after == null) {
            return Future.succeededFuture(following.position());
        }
        return Deadline.of(feed.reach()).map(reach -> {
            if (after < reach.forgotten() || after > reach.last()) {
                throw expired();
            }
            return after;
        });
    }

    private static ProblemException expired() {
        return new ProblemException(Problem.of(
                410,
                "position_expired",
                "The stream cannot go on from there",
                "Events after this id are no longer kept, or it is not of this database. Begin without it, and read the"
                        + " orders anew."));
    }

    private Future<Page> pageOfOrder(UUID orderId, int last) {
        return feed.ofOrder(orderId, last, PAGE).map(events -> {
            List<Frame> frames = events.stream().map(this::ofOrder).toList();
            return new Page(
                    frames,
                    frames.isEmpty() ? last : frames.get(frames.size() - 1).number(),
                    frames.size() == PAGE);
        });
    }

    private Future<Page> pageOfAll(long last) {
        return feed.written(last, PAGE).compose(written -> pageOfAll(last, written));
    }

    /** Positions have no gaps: what does not follow at once was forgotten while the client was reading. */
    private Future<Page> pageOfAll(long last, List<EventFeed.Written> written) {
        if (written.isEmpty()) {
            return Future.succeededFuture(new Page(List.of(), last, false));
        }
        if (written.get(0).position() > last + 1) {
            return Future.failedFuture(expired());
        }
        long reached = written.get(written.size() - 1).position();
        return feed.events(written).map(events -> new Page(frames(events), reached, written.size() == PAGE));
    }

    private List<Frame> ofOrder(List<FeedEvent> events) {
        return events.stream().map(one -> ofOrder(one.event())).toList();
    }

    private Frame ofOrder(OrderEvent event) {
        return Frame.of(
                event.sequence(),
                String.valueOf(event.sequence()),
                event.type(),
                json.object(out -> OrderJson.event(event, out)));
    }

    /** The same news come for each stream in turn: they are written out once. */
    private List<Frame> ofAll(List<FeedEvent> events) {
        if (events != latest) {
            latest = events;
            framesOfLatest = frames(events);
        }
        return framesOfLatest;
    }

    private List<Frame> frames(List<FeedEvent> events) {
        return events.stream().map(this::ofAll).toList();
    }

    private Frame ofAll(FeedEvent one) {
        return Frame.of(
                one.position(), Cursors.encode(one.position()), one.event().type(), json.object(out -> {
                    out.writeStringField("order_id", one.orderId().toString());
                    OrderJson.event(one.event(), out);
                }));
    }

    private static Integer sequence(String text) {
        int sequence = Query.wholeNumber(text);
        if (sequence < 0) {
            throw new IllegalArgumentException("no sequence is negative");
        }
        return sequence;
    }
}
