package io.weir.relay;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.weir.metrics.Counter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The handler of a listening socket: hands what it accepts to the loop's sessions. */
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    /** Accepting again at once would fail again at once, for ever. */
    private static final int PAUSE_MS = 200;
    private static final long SAY_AGAIN_NS = TimeUnit.MINUTES.toNanos(1);

    private final SessionTable table;
    private long saidNs = System.nanoTime() - SAY_AGAIN_NS;

    Acceptor(SessionTable table) {
        this.table = table;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        table.accepted((SocketChannel) message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        table.counters.increment(Counter.RELAY_ACCEPT_FAILED);
        long nowNs = System.nanoTime();
        if (nowNs - saidNs >= SAY_AGAIN_NS) {
            saidNs = nowNs;
            LOG.warn("relay {}: a connection could not be accepted: {}; if descriptors ran out, raise the limit (ulimit -n)",
                    context.channel().localAddress(), cause.toString());
        }
        ChannelConfig config = context.channel().config();
        config.setAutoRead(false);
        context.channel().eventLoop().schedule(() -> {
            config.setAutoRead(true);
        }, PAUSE_MS, TimeUnit.MILLISECONDS);
    }
}
