package dev.orderengine.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Hands a message over by reference. Messages are immutable records, so that no copy is needed; they never leave the JVM. */
final class LocalCodec implements MessageCodec<BusMessage, BusMessage> {

    static final String NAME = "local";

    @Override
    public void encodeToWire(Buffer buffer, BusMessage message) {
        throw new UnsupportedOperationException("bus messages stay in their JVM");
    }

    @Override
    public BusMessage decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException("bus messages stay in their JVM");
    }

    @Override
    public BusMessage transform(BusMessage message) {
        return message;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
