package io.weir.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.weir.testkit.ScriptedServer;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What Netty 4.2.18 alone gets wrong; when this passes with its own handler, ours can go. */
class SteadyEpollHandlerTest {

    @Test
    void shouldWriteWhatDoesNotFitAtOnceAfterThePeerHasEndedItsOutput() throws Exception {
        Transport transport = Transport.best(1);
        assumeTrue(transport.isEpoll(), "there is no native epoll on this machine");
        EventLoopGroup loops = transport.newEventLoops(1, "test-steady");
        int bytes = 20 << 20;
        int[] got = new int[1];
        CountDownLatch done = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(client -> {
            client.endOutput();
            got[0] = client.readToEnd().length;
            done.countDown();
        })) {
            EventLoop loop = loops.next();
            Channel channel = transport.newSocket(true, 0);
            loop.register(channel).sync();
            channel.connect(new InetSocketAddress("127.0.0.1", server.port())).sync();
            while (!((io.netty.channel.socket.SocketChannel) channel).isInputShutdown()) {
                Thread.onSpinWait();
            }
            loop.submit(() -> { }).sync();
            channel.writeAndFlush(Unpooled.directBuffer(bytes).writeZero(bytes)).sync();
            channel.close().sync();
            done.await(10, TimeUnit.SECONDS);
            assertEquals(bytes, got[0]);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
