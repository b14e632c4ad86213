package io.weir.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    @ParameterizedTest
    @CsvSource({"1.2.3.4:80, 1.2.3.4:80", "[::1]:0, [::1]:0", "[2001:DB8:0:0::1]:65535, [2001:db8::1]:65535", "[::ffff:1.2.3.4]:80, 1.2.3.4:80"})
    void shouldReadAndPrint(String text, String printed) {
        assertEquals(printed, Endpoint.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "80", "1.2.3.4", "1.2.3.4:", ":80", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4:80 ", "1.2.3.4:80:90", "::1",
        "::1:80", "[::1]", "[::1]:", "[::1:80", "::1]:80", "[]:80", "[1.2.3.4]:80", "[[::1]]:80", "host:80"})
    void shouldRefuseWhatIsNoEndpoint(String text) {
        assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(text));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536, Integer.MAX_VALUE})
    void shouldRefuseWhatIsNoPort(int port) {
        assertThrows(IllegalArgumentException.class, () -> new Endpoint(IpAddress.parse("::1"), port));
    }

    @Test
    void shouldReadBackWhatItPrinted() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 10_000; round++) {
            long low = random.nextBoolean() ? IpAddress.ofIpv4(random.nextInt()).low() : random.nextLong();
            Endpoint endpoint = Endpoint.of(random.nextInt(2), low, random.nextInt(0x10000));
            assertEquals(endpoint, Endpoint.parse(endpoint.toString()));
        }
    }
}
