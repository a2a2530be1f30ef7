package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.fulfilment.FulfilOrder;
import dev.orderengine.fulfilment.UpdateFulfilment;
import dev.orderengine.order.Fault;
import dev.orderengine.order.FulfillmentChannel;
import dev.orderengine.order.Fulfilment;
import dev.orderengine.order.OrderCommand;
import dev.orderengine.returns.ReceiveReturn;
import dev.orderengine.returns.RegisterReturn;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Reads commands on parcels and returns from JSON and names every fault. Pure. */
final class FulfilmentDecoders {

    private static final int MAX_TEXT = 500;
    private static final int MAX_TRACKING = 128;
    private static final String CHANNELS = "one of warehouse, store_pickup, dropship, digital";
    private static final String STATES = "one of shipped, delivered, failed";

    private FulfilmentDecoders() {}

    static OrderCommand fulfil(JsonNode body, List<Fault> faults) {
        return JsonFields.of(body, "", Set.of("channel", "items"), faults)
                .map(fields -> new FulfilOrder(
                        fields.text("channel", FulfillmentChannel::of, "unknown_channel", CHANNELS)
                                .orElse(null),
                        CommandDecoders.units(fields, "items")))
                .orElse(null);
    }

    static OrderCommand update(UUID fulfilmentId, JsonNode body, List<Fault> faults) {
        return JsonFields.of(body, "", Set.of("status", "tracking"), faults)
                .map(fields -> new UpdateFulfilment(
                        fulfilmentId,
                        fields.required(
                                "status", fields.text("status", FulfilmentDecoders::told, "unknown_status", STATES)),
                        fields.text("tracking", MAX_TRACKING).orElse(null)))
                .orElse(null);
    }

    /** What may be told of a parcel: not that it is created. */
    private static Fulfilment.State told(String wire) {
        Fulfilment.State state = Fulfilment.State.of(wire);
        if (state == Fulfilment.State.CREATED) {
            throw new IllegalArgumentException("a parcel is not told to be created");
        }
        return state;
    }

    static OrderCommand registerReturn(JsonNode body, List<Fault> faults) {
        return JsonFields.of(body, "", Set.of("items", "reason"), faults)
                .map(fields -> {
                    if (fields.node("items").isEmpty()) {
                        fields.fault("items", "required", "is required");
                    }
                    return new RegisterReturn(
                            CommandDecoders.units(fields, "items"),
                            fields.text("reason", MAX_TEXT).orElse(null));
                })
                .orElse(null);
    }

    static OrderCommand receiveReturn(UUID returnId, JsonNode body, List<Fault> faults) {
        JsonFields.of(body, "", Set.of(), faults);
        return new ReceiveReturn(returnId);
    }
}
