package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.Haste;
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
    @Timeout(value = 400, unit = TimeUnit.SECONDS)
    void shouldNeverNeedASecondSynWhilePortsComeRound(String redirect, Lab lab) throws Exception {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Kernel kernel = new Kernel(lab.application());
        lab.application().run("sysctl", "-qw", "net.ipv4.tcp_tw_reuse=1").orFail();
        Weir weir = Weir.start(lab, new WeirFile().redirect(redirect).upstream(Proxy.MICROSOCKS)
            .rule("the tests themselves", Proxy.MICROSOCKS.action(), WeirFile.process(Client.PROCESS)));
        Workers.runFor(CLIENTS, Duration.ofSeconds(2), turn -> ShortRequest.run(lab));
        // on a machine with other things to do as well, so many clients may make each other wait for a second, when a SYN is sent again
        Haste.assertComesRight(attempt -> churn(redirect, CLIENTS >> 2 * (attempt - 1), kernel, lab));
        weir.interrupt();
        assertEquals(0, weir.counter("flows-failed"));
    }

    private static void churn(String redirect, int clients, Kernel kernel, Lab lab) throws Exception {
        long resent = kernel.statistic("TcpExtTCPSynRetrans");
        Map<String, Long> tracked = kernel.conntrack();
        int connections = Workers.runFor(clients, TIME, turn -> ShortRequest.run(lab));
        System.out.printf("churn, %s: %d connections in %d s%n", redirect, connections, TIME.toSeconds());
        assertEquals(resent, kernel.statistic("TcpExtTCPSynRetrans"), () -> "SYNs sent twice in " + connections + " connections");
        assertEquals(tracked.get("insert_failed"), kernel.conntrack().get("insert_failed"));
        assertEquals(tracked.get("drop"), kernel.conntrack().get("drop"));
        assertTrue(connections > clients, "hardly any connection");
    }
}
