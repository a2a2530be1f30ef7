package dev.orderengine.payment.reconciliation;

import dev.orderengine.money.Money;
import dev.orderengine.support.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** A provider whose answers are scripted: the first that fits the beginning of the address that is asked for. */
public final class Bookshelf implements AutoCloseable {

    public static final UUID PAYMENT = UUID.fromString("0199d0c5-0000-7000-8000-000000000001");
    public static final UUID ORDER = UUID.fromString("0199d0c5-0000-7000-8000-000000000002");
    public static final UUID REFUND = UUID.fromString("0199d0c5-0000-7000-8000-000000000003");

    private final Vertx vertx = Vertx.vertx();
    private final EventLoop eventLoop = new EventLoop(vertx);
    private final List<Answer> answers = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private final HttpServer server;

    private record Answer(String path, int status, String body) {}

    public Bookshelf() {
        server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(read -> {
                    asked.add(request.uri());
                    Answer answer = answers.stream()
                            .filter(one -> request.uri().startsWith(one.path()))
                            .findFirst()
                            .orElse(new Answer("", 404, "{}"));
                    request.response().setStatusCode(answer.status()).end(answer.body());
                }))
                .listen(0, "127.0.0.1")
                .await();
    }

    public Bookshelf answer(String path, int status, String body) {
        answers.add(new Answer(path, status, body));
        return this;
    }

    public void forget() {
        answers.clear();
        asked.clear();
    }

    public List<String> asked() {
        return List.copyOf(asked);
    }

    public Vertx vertx() {
        return vertx;
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    /** Asks on an event loop, and waits. */
    public <T> T ask(Supplier<Future<T>> question) {
        return eventLoop.ask(question);
    }

    /** Something of ours for 10 dollars. */
    public static Ours ours(Item item, String ref) {
        Money amount = new Money(1_000, Currency.getInstance("USD"));
        UUID id = item == Item.PAYMENT ? PAYMENT : REFUND;
        return new Ours(item, id, ORDER, ref, amount, amount, Standing.MOVED, "captured", Instant.EPOCH, Instant.EPOCH);
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
