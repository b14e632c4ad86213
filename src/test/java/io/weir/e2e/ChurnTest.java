package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections opened and closed as fast as 64 clients can: ports come round again, and no SYN ever has to be sent twice. */
@EndToEnd
class ChurnTest {
    private static final int CLIENTS = 64;
    private static final Duration TIME = Duration.ofSeconds(Shapes.FULL ? 90 : 12);

    @ParameterizedTest
    @ValueSource(strings = {"loopback", "reflect"})
    @Timeout(value = 180, unit = TimeUnit.SECONDS)
    void shouldNeverNeedASecondSynWhilePortsComeRound(String redirect, Lab lab) throws Exception {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Kernel kernel = new Kernel(lab.application());
        lab.application().run("sysctl", "-qw", "net.ipv4.tcp_tw_reuse=1").orFail();
        Weir weir = Weir.start(lab, new WeirFile().redirect(redirect).upstream(Proxy.MICROSOCKS)
            .rule("the tests themselves", Proxy.MICROSOCKS.action(), WeirFile.process(Client.PROCESS)));
        Workers.runFor(CLIENTS, Duration.ofSeconds(2), turn -> ShortRequest.run(lab));
        long resent = kernel.statistic("TcpExtTCPSynRetrans");
        Map<String, Long> tracked = kernel.conntrack();
        int connections = Workers.runFor(CLIENTS, TIME, turn -> ShortRequest.run(lab));
        System.out.printf("churn, %s: %d connections in %d s%n", redirect, connections, TIME.toSeconds());
        assertEquals(resent, kernel.statistic("TcpExtTCPSynRetrans"), () -> "SYNs sent twice in " + connections + " connections");
        assertEquals(tracked.get("insert_failed"), kernel.conntrack().get("insert_failed"));
        assertEquals(tracked.get("drop"), kernel.conntrack().get("drop"));
        assertTrue(connections > CLIENTS, "hardly any connection");
        weir.interrupt();
        assertEquals(0, weir.counter("flows-failed"));
    }
}
