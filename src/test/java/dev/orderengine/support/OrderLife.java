package dev.orderengine.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Brings orders through their life, by calls of one caller who may do all of it. */
public final class OrderLife {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Api api;

    public OrderLife(Api api) {
        this.api = api;
    }

    /** Places an order; gives its id. */
    public String placed(JsonNode order) {
        return expect(201, api.place(order)).text("order_id");
    }

    /** Places an order and waits until it is paid; gives its id. */
    public String paid(JsonNode order) {
        String id = placed(order);
        awaitStatus(id, "paid");
        return id;
    }

    /** An order that is fulfilled, delivered in all its parcels. */
    public String delivered(JsonNode order) {
        String id = paid(order);
        fulfil(id, "{}");
        parcels(id).forEach(parcel -> tell(parcel, "delivered"));
        return id;
    }

    /** Makes parcels. */
    public Answer fulfil(String id, String body) {
        return expect(200, api.post("/orders/" + id + "/fulfill", body));
    }

    /** Tells what became of a parcel. */
    public Answer tell(String parcel, String status) {
        return expect(200, patch("/fulfillments/" + parcel, "{\"status\": \"" + status + "\"}"));
    }

    /** Registers a return of some units of a product; gives its id. */
    public String register(String id, String product, int units) {
        String body = "{\"items\": [{\"product_id\": \"" + product + "\", \"quantity\": " + units + "}]}";
        return expect(201, api.post("/orders/" + id + "/returns", body)).text("return_id");
    }

    /** The goods of a return are back. */
    public Answer receive(String id, String goods) {
        return expect(200, api.post("/orders/" + id + "/returns/" + goods + "/receive", "{}"));
    }

    /** Sends a PATCH that is said to be JSON. */
    public Answer patch(String path, String body, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Content-Type";
        all[1] = "application/json";
        return api.send("PATCH", path, body.getBytes(StandardCharsets.UTF_8), all);
    }

    /** The ids of an order's parcels, oldest first. */
    public List<String> parcels(String id) {
        return order(id)
                .elements("fulfillments")
                .map(parcel -> parcel.get("fulfillment_id").asText())
                .toList();
    }

    /** The order as it is. */
    public Answer order(String id) {
        return expect(200, api.get("/orders/" + id));
    }

    /** Waits until the order has that status. */
    public void awaitStatus(String id, String status) {
        await(status).atMost(PATIENCE).until(() -> order(id).text("status").equals(status));
    }

    private static Answer expect(int status, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer;
    }
}
