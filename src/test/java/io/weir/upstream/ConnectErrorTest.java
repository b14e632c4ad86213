package io.weir.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectErrorTest {

    static Stream<Arguments> errors() {
        assumeTrue(Epoll.isAvailable(), "native errors need Netty's native library");
        return Stream.of(
            Arguments.of(new ConnectException("connect(..) failed with error(-111): Verbindungsaufbau abgelehnt"), DialFailure.Kind.REFUSED),
            Arguments.of(new ConnectException("finishConnect(..) failed with error(-110): x"), DialFailure.Kind.TIMED_OUT),
            Arguments.of(new ConnectException("connect(..) failed with error(-99): x"), DialFailure.Kind.EXHAUSTED),
            Arguments.of(new ChannelException(new NativeIoException("newSocketStream", -24)), DialFailure.Kind.EXHAUSTED),
            Arguments.of(new NativeIoException("setsockopt", -1), DialFailure.Kind.PROHIBITED),
            Arguments.of(new NoRouteToHostException(), DialFailure.Kind.HOST_UNREACHABLE),
            Arguments.of(new ConnectException("Connection refused: no further information"), DialFailure.Kind.REFUSED),
            Arguments.of(new ConnectException("Connection timed out: connect"), DialFailure.Kind.TIMED_OUT),
            Arguments.of(new ConnectException("Network is unreachable: connect"), DialFailure.Kind.NETWORK_UNREACHABLE),
            Arguments.of(new IOException("Too many open files"), DialFailure.Kind.EXHAUSTED),
            Arguments.of(new SocketException("No buffer space available (maximum connections reached?): connect"), DialFailure.Kind.EXHAUSTED),
            Arguments.of(new SocketException("Permission denied: no further information"), DialFailure.Kind.PROHIBITED),
            Arguments.of(new IOException("something else"), DialFailure.Kind.HOST_UNREACHABLE),
            Arguments.of(new IOException((String) null), DialFailure.Kind.HOST_UNREACHABLE));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void shouldSayWhatAFailedCallMeans(Throwable cause, DialFailure.Kind kind) {
        assertEquals(kind, ConnectError.of(cause, false).kind());
    }

    @ParameterizedTest
    @MethodSource("errors")
    void shouldBlameTheNetworkOnlyWhenTheRoutingTableDoes(Throwable cause, DialFailure.Kind kind) {
        DialFailure.Kind due = cause instanceof NoRouteToHostException ? DialFailure.Kind.NETWORK_UNREACHABLE : kind;
        assertEquals(due, ConnectError.of(cause, true).kind());
    }
}
