package dev.orderengine.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for the empty line that ends the first head of a connection, passes everything on, and goes; closes the connection if it waits too long. */
final class FirstHead extends ChannelInboundHandlerAdapter {

    private static final byte[] END = {'\r', '\n', '\r', '\n'};

    private final Duration patience;
    private ScheduledFuture<?> timer;
    private int matched;

    FirstHead(Duration patience) {
        this.patience = patience;
    }

    @Override
    public void channelActive(ChannelHandlerContext connection) {
        timer = connection.executor().schedule(() -> connection.close(), patience.toMillis(), TimeUnit.MILLISECONDS);
        connection.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
        timer.cancel(false);
        connection.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object message) {
        if (message instanceof ByteBuf bytes && ends(bytes)) {
            timer.cancel(false);
            connection.pipeline().remove(this);
        }
        connection.fireChannelRead(message);
    }

    private boolean ends(ByteBuf bytes) {
        for (int i = bytes.readerIndex(); i < bytes.writerIndex() && matched < END.length; i++) {
            byte next = bytes.getByte(i);
            if (next == END[matched]) {
                matched++;
            } else {
                matched = next == END[0] ? 1 : 0;
            }
        }
        return matched == END.length;
    }
}
