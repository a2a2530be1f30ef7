package dev.orderengine.fulfilment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.order.EventType;
import dev.orderengine.order.FulfillmentChannel;

/**
 * Says whose work a parcel is: the event of its making is what its channel is told, by a queue of the channel's own. So a parcel is
 * dispatched by the outbox, in the transaction that makes it.
 */
public final class Dispatch {

    private final ObjectMapper json;

    public Dispatch(ObjectMapper json) {
        this.json = json;
    }

    /** Whether an event makes a parcel of that channel. @param data of the event, JSON */
    public boolean concerns(FulfillmentChannel channel, String type, String data) {
        return type.equals(EventType.FULFILLMENT_CREATED.wire()) && channelOf(data) == channel;
    }

    private FulfillmentChannel channelOf(String data) {
        try {
            return FulfillmentChannel.of(json.readTree(data).path("channel").asText());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event whose data is no JSON", e);
        }
    }
}
