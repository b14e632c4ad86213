package io.weir.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamTest {
    private static final Credentials SECRET = new Credentials("me", "open-sesame");

    @ParameterizedTest
    @CsvSource({"10.1.2.3:1080,10.1.2.3:1080", "[::1]:1080,[::1]:1080", "[2001:DB8:0::1]:80,[2001:db8::1]:80",
        "proxy.example:8080,proxy.example:8080",
        "my_proxy:1,my_proxy:1", "LOCALHOST:65535,LOCALHOST:65535"})
    void shouldReadAddressesAndNames(String text, String printed) {
        assertEquals(printed, Upstream.of("a", UpstreamType.SOCKS5, text, null).address());
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.3", "10.1.2.3:", "10.1.2.3:0", "10.1.2.3:65536", "::1:80", "[::1]", "1.2.3:80", "256.1.1.1:80", ":80",
        "a b:80", "-a:80",
        "a..b:80", "a\r\nb:80", "a@b:80", "[proxy]:80"})
    void shouldRefuseWhatIsNoAddress(String text) {
        assertThrows(IllegalArgumentException.class, () -> Upstream.of("a", UpstreamType.SOCKS5, text, null));
    }

    @Test
    void shouldKnowItsEndpointOnlyWhenItNeedsNoLookUp() {
        assertEquals(Endpoint.parse("10.1.2.3:1080"), Upstream.of("a", UpstreamType.HTTP, "10.1.2.3:1080", null).endpoint());
        assertNull(Upstream.of("a", UpstreamType.HTTP, "proxy.example:1080", null).endpoint());
    }

    @Test
    void shouldNeverShowThePassword() {
        Upstream upstream = Upstream.of("office", UpstreamType.SOCKS5, "10.1.2.3:1080", SECRET);
        assertEquals("office 10.1.2.3:1080", upstream.toString());
        assertFalse(SECRET.toString().contains("sesame"), SECRET.toString());
        IllegalArgumentException problem = assertThrows(IllegalArgumentException.class,
            () -> Upstream.of("office", UpstreamType.SOCKS4A, "10.1.2.3:1080", SECRET));
        assertFalse(problem.getMessage().contains("sesame"), problem.getMessage());
        assertTrue(problem.getMessage().contains("socks5"), problem.getMessage());
    }

    @Test
    void shouldRefuseCredentialsTheProtocolCannotCarry() {
        String longText = "ä".repeat(128);
        for (Credentials bad : List.of(new Credentials(longText, "x"), new Credentials("x", longText), new Credentials("", "x"),
            new Credentials("x", ""))) {
            assertThrows(IllegalArgumentException.class, () -> new Upstream("a", UpstreamType.SOCKS5, "10.1.2.3", 1, bad));
        }
        assertThrows(IllegalArgumentException.class, () -> new Upstream("a", UpstreamType.SOCKS4A, "10.1.2.3", 1, new Credentials("a\0b", "")));
        assertThrows(IllegalArgumentException.class, () -> new Upstream("a", UpstreamType.HTTP, "10.1.2.3", 1, new Credentials("a:b", "c")));
    }

    @Test
    void shouldRefuseTwoUpstreamsOfOneName() {
        Upstream one = Upstream.of("a", UpstreamType.HTTP, "10.1.2.3:1080", null);
        assertThrows(IllegalArgumentException.class, () -> new Upstreams(List.of(one, one)));
        assertEquals(one, new Upstreams(List.of(one)).named("a"));
        assertNull(Upstreams.NONE.named("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\r\nX: y", "", "-x", "1.2.3.4:5"})
    void shouldRefuseDestinationNamesThatCouldBeInjected(String name) {
        assertThrows(IllegalArgumentException.class, () -> Destination.named(name, 80));
    }
}
