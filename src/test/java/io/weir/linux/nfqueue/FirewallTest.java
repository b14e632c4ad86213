package io.weir.linux.nfqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.CaptureClause;
import io.weir.engine.CaptureScope;
import io.weir.engine.EngineException;
import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.testkit.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the kernel's own firewall, in a namespace of its own. */
@Tag("namespace")
@Timeout(180)
class FirewallTest {
    private static final CaptureScope SCOPE = new CaptureScope(
        List.of(new CaptureClause(Protocol.TCP, null, PortSet.parse("80,443,8000-8100")),
            new CaptureClause(Protocol.UDP, AddressSet.parse(List.of("192.0.2.0/24", "192.0.2.1-192.0.3.9", "2001:db8::/32",
                "2001:db9::1-2001:db9::4")), null),
            new CaptureClause(Protocol.TCP, AddressSet.parse(List.of("10.0.0.0/8", "2000::/3", "2002::-2003::5", "11.0.0.1-11.0.0.9", "fe80::/10")),
                PortSet.parse("1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31")),
            new CaptureClause(Protocol.ICMP, null, null), new CaptureClause(Protocol.ICMPV6, null, null)),
        AddressSet.parse(List.of("172.16.0.0/12", "fc00::/7")), List.of(Endpoint.parse("198.51.100.7:1080"), Endpoint.parse("[2001:db8::7]:1080")),
        List.of(Endpoint.parse("127.0.0.1:4001"), Endpoint.parse("127.0.0.1:4002"), Endpoint.parse("[::1]:4001"), Endpoint.parse("0.0.0.0:4003"),
            Endpoint.parse("[::]:4003")), false);

    @TempDir
    Path folder;

    private NetworkNamespace namespace;

    @BeforeEach
    void open() {
        String obstacle = NetworkNamespace.obstacle();
        Assumptions.assumeTrue(obstacle == null, obstacle);
        namespace = NetworkNamespace.create("weir-firewall");
    }

    @AfterEach
    void close() {
        if (namespace != null) {
            namespace.close();
        }
    }

    private Firewall install(CaptureScope scope) throws Exception {
        return namespace.call(() -> Firewall.install(new NfqueueSettings(22500, folder), scope));
    }

    private void close(Firewall firewall) throws Exception {
        namespace.call((Callable<Void>) () -> {
            firewall.close();
            return null;
        });
    }

    /** Everything that might have changed, byte for byte but for the time of day. */
    private String machine() {
        return namespace.exec("sh", "-c", "iptables-save; ip6tables-save; sysctl net.ipv4.conf net.ipv6.conf net.netfilter")
            .replaceAll("(?m)^# (Generated|Completed).*\n", "").replaceAll("(?m)^net.netfilter.nf_conntrack_count.*\n", "");
    }

    /** Rules of somebody else in the very tables we use. */
    private void addRulesOfTheUser() {
        for (String program : List.of("iptables", "ip6tables")) {
            namespace.exec(program, "-t", "mangle", "-A", "OUTPUT", "-p", "tcp", "--dport", "22", "-j", "MARK", "--set-xmark", "0x1/0xff");
            namespace.exec(program, "-t", "mangle", "-N", "USERS");
            namespace.exec(program, "-t", "mangle", "-A", "OUTPUT", "-j", "USERS");
            namespace.exec(program, "-t", "raw", "-P", "OUTPUT", "ACCEPT");
            namespace.exec(program, "-t", "raw", "-A", "PREROUTING", "-p", "udp", "--dport", "53", "-j", "CT", "--notrack");
            namespace.exec(program, "-A", "OUTPUT", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP");
        }
    }

    @Test
    void shouldLeaveMachineAsItWasWhenClosed() throws Exception {
        addRulesOfTheUser();
        String before = machine();
        Firewall firewall = install(SCOPE);
        assertTrue(machine().contains("-A OUTPUT -j WEIR-OUTPUT"));
        close(firewall);
        assertEquals(before, machine());
        close(firewall);
        assertEquals(before, machine());
    }

    @Test
    void shouldLeaveMachineAsItWasWhenNothingWasThereBefore() throws Exception {
        String before = machine();
        Firewall firewall = install(SCOPE);
        String installed = machine();
        assertTrue(installed.contains("*raw") && installed.contains("*mangle"));
        close(firewall);
        assertEquals(before, machine());
    }

    @Test
    void shouldKeepRulesOthersAddedWhenClosed() throws Exception {
        Firewall firewall = install(SCOPE);
        addRulesOfTheUser();
        close(firewall);
        String after = machine();
        assertFalse(after.contains("WEIR"), after);
        assertTrue(after.contains("--dport 22 -j MARK") && after.contains(":USERS") && after.contains("--dport 53"), after);
    }

    @Test
    void shouldReplaceLeftoversWhenEarlierRunCrashed() throws Exception {
        String before = machine();
        install(SCOPE);
        String installed = machine();
        Firewall second = install(SCOPE);
        assertEquals(installed, machine());
        close(second);
        assertEquals(before, machine());
    }

    @Test
    void shouldReplaceLeftoversWhenTheyAreOfAnotherScope() throws Exception {
        install(SCOPE);
        CaptureScope narrow = new CaptureScope(List.of(), null, List.of(), List.of(), false);
        Firewall firewall = install(narrow);
        assertFalse(machine().contains("WEIR-CLAUSE"), "chains of the earlier scope are gone");
        close(firewall);
        assertFalse(machine().contains("WEIR"));
    }

    @Test
    void shouldRemoveStrayJumpsWhenSomebodyLedToOurChains() throws Exception {
        install(SCOPE);
        namespace.exec("ip6tables", "-t", "mangle", "-A", "FORWARD", "-p", "tcp", "-j", "WEIR-OUTPUT");
        close(install(SCOPE));
        assertFalse(machine().contains("WEIR"));
    }

    @Test
    void shouldChangeNothingWhenStateCannotBeKept() throws Exception {
        String before = machine();
        Path file = Files.writeString(folder.resolve("file"), "");
        EngineException e = assertThrows(EngineException.class,
            () -> namespace.call(() -> Firewall.install(new NfqueueSettings(22500, file.resolve("below")), SCOPE)));
        assertTrue(e.remedy().contains("state-directory"), e.remedy());
        assertEquals(before, machine());
    }

    @Test
    void shouldNameRemedyWhenNotAllowed() {
        assertTrue(IptablesCommand.remedy("Could not fetch rule set generation id: Permission denied (you must be root)").startsWith("Run Weir as root"));
        assertTrue(IptablesCommand.remedy("Warning: Extension NFQUEUE revision 0 not supported, missing kernel module?").contains("NFQUEUE"));
        assertTrue(IptablesCommand.remedy("Another app is currently holding the xtables lock; still 9s left").startsWith("Another program"));
    }

    @Test
    void shouldSayWhatIptablesSaidWhenRestoreFails() throws Exception {
        EngineException e = assertThrows(EngineException.class, () -> namespace.call(() -> {
            new IptablesCommand(AddressFamily.IPV4).restore("*raw\n-A OUTPUT -j NOWHERE\nCOMMIT\n");
            return null;
        }));
        assertTrue(e.getMessage().contains("NOWHERE"), e.getMessage());
    }
}
