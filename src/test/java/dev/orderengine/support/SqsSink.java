package dev.orderengine.support;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * A queue service that confirms every message and forgets it: beside it a benchmark measures the engine and not the queue, which runs
 * elsewhere in earnest. Started by {@code load-tests/bench.sh --sqs-sink}; the port is the only argument.
 */
public final class SqsSink {

    private static final String PROTOCOL = "application/x-amz-json-1.0";

    private final Vertx vertx;
    private final String address;

    private SqsSink(Vertx vertx, String address) {
        this.vertx = vertx;
        this.address = address;
    }

    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        SqsSink sink = new SqsSink(vertx, "http://127.0.0.1:" + port);
        vertx.createHttpServer()
                .requestHandler(sink::receive)
                .listen(port, "127.0.0.1")
                .await();
    }

    private void receive(HttpServerRequest request) {
        String target = request.getHeader("X-Amz-Target");
        request.body()
                .compose(body -> answer(target, body))
                .onSuccess(answer ->
                        request.response().putHeader("Content-Type", PROTOCOL).end(answer.toBuffer()))
                .onFailure(fault -> request.response().setStatusCode(400).end(String.valueOf(fault.getMessage())));
    }

    private Future<JsonObject> answer(String target, Buffer body) {
        JsonObject call = body.toJsonObject();
        return switch (target.substring(target.indexOf('.') + 1)) {
            case "GetQueueUrl" ->
                Future.succeededFuture(
                        new JsonObject().put("QueueUrl", address + "/queue/" + call.getString("QueueName")));
            case "SendMessageBatch" -> Future.succeededFuture(confirmed(call.getJsonArray("Entries")));
            case "ReceiveMessage" ->
                vertx.timer(1 + 1_000L * call.getInteger("WaitTimeSeconds", 0)).map(waited -> new JsonObject());
            default -> Future.failedFuture("the sink takes messages only, not " + target);
        };
    }

    private static JsonObject confirmed(JsonArray entries) {
        JsonArray successful = new JsonArray();
        for (int i = 0; i < entries.size(); i++) {
            successful.add(new JsonObject()
                    .put("Id", entries.getJsonObject(i).getString("Id"))
                    .put("MessageId", "sunk")
                    .put("MD5OfMessageBody", ""));
        }
        return new JsonObject().put("Successful", successful).put("Failed", new JsonArray());
    }
}
