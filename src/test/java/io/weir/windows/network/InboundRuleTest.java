package io.weir.windows.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The netsh calls, by a runner that keeps a firewall of its own. */
class InboundRuleTest {
    private static final String NETSH = "C:\\Windows\\System32\\netsh.exe";
    private static final String JAVA = "C:\\Program Files\\Weir\\jre\\bin\\java.exe";
    private static final long OURS = 4242;

    private final List<List<String>> commands = new ArrayList<>();
    private final List<FirewallRule> inStore = new ArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private int exit;

    @BeforeEach
    void listen() {
        log.start();
        ((Logger) LoggerFactory.getLogger(InboundRule.class)).addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        ((Logger) LoggerFactory.getLogger(InboundRule.class)).detachAppender(log);
    }

    private InboundRule rule() {
        return new InboundRule(command -> {
            commands.add(command);
            return new ProgramRunner.Result(exit, "The requested operation requires elevation.");
        }, () -> inStore, NETSH, JAVA, OURS, pid -> pid == 77);
    }

    private static FirewallRule parsed(String text) {
        return FirewallRule.parse(text, Map.of("ProgramFiles", "C:\\Program Files"));
    }

    private String logged() {
        return String.join("\n", log.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    }

    @Test
    void shouldAddOneRuleForTheProgramAndItsPortsAndRemoveItOnce() {
        InboundRule rule = rule();
        rule.add(List.of(7003, 7001, 7003));
        rule.close();
        rule.close();
        assertEquals(List.of(
            List.of(NETSH, "advfirewall", "firewall", "add", "rule", "name=Weir relay 4242", "dir=in", "action=allow", "program=" + JAVA, "protocol=TCP",
                "localport=7001,7003", "remoteip=any", "profile=any", "edge=no"),
            List.of(NETSH, "advfirewall", "firewall", "delete", "rule", "name=Weir relay 4242", "dir=in")), commands);
        assertEquals("", logged());
    }

    @Test
    void shouldRemoveNothingWhenNothingWasAdded() {
        rule().close();
        assertEquals(List.of(), commands);
    }

    @Test
    void shouldRemoveOnlyWhatADeadProcessLeft() {
        inStore.add(parsed("v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=" + JAVA + "|Name=Weir relay 99|"));
        inStore.add(parsed("v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=" + JAVA + "|Name=Weir relay 77|")); // runs
        inStore.add(parsed("v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=" + JAVA + "|Name=Weir relay " + OURS + "|"));
        inStore.add(parsed("v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=" + JAVA + "|Name=Weir relay of mine|"));
        inStore.add(parsed("v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=" + JAVA + "|Name=OpenSSH|"));
        rule().removeLeftovers();
        assertEquals(List.of(List.of(NETSH, "advfirewall", "firewall", "delete", "rule", "name=Weir relay 99", "dir=in")), commands);
    }

    @Test
    void shouldNameTheRuleThatBlocksThisProgram() {
        inStore.add(parsed("v2.31|Action=Block|Active=TRUE|Dir=In|Protocol=6|App=%programfiles%\\weir\\JRE\\bin\\java.exe|Name=OpenJDK Platform|"));
        inStore.add(parsed("v2.31|Action=Block|Active=FALSE|Dir=In|Protocol=6|App=" + JAVA + "|Name=switched off|"));
        inStore.add(parsed("v2.31|Action=Block|Active=TRUE|Dir=Out|Protocol=6|App=" + JAVA + "|Name=outbound|"));
        inStore.add(parsed("v2.31|Action=Block|Active=TRUE|Dir=In|Protocol=17|App=" + JAVA + "|Name=for UDP|"));
        inStore.add(parsed("v2.31|Action=Block|Active=TRUE|Dir=In|App=C:\\other\\java.exe|Name=another java|"));
        rule().add(List.of(7001));
        assertEquals(1, log.list.size(), logged());
        assertTrue(logged().contains("\"OpenJDK Platform\" that blocks C:\\Program Files\\weir\\JRE\\bin\\java.exe"), logged());
        assertEquals(1, commands.size(), "the rule is added all the same");
    }

    @Test
    void shouldTakeARuleWithoutAProtocolAsOneForTcpToo() {
        assertTrue(parsed("v2.31|Action=Block|Active=TRUE|Dir=In|App=" + JAVA + "|Name=all|").blocks(JAVA));
        assertFalse(parsed("").blocks(JAVA));
    }

    @Test
    void shouldSayWhatToDoWhenNetshRefusesAndLeaveNothingToRemove() {
        exit = 1;
        InboundRule rule = rule();
        rule.add(List.of(7001));
        rule.close();
        assertEquals(1, commands.size());
        assertTrue(logged().contains("netsh ended with 1: The requested operation requires elevation."), logged());
        assertTrue(logged().contains("redirect.mode = \"loopback\""), logged());
    }

    @Test
    void shouldSayWhatToDoWhenNetshCannotBeRun() {
        InboundRule rule = new InboundRule(command -> {
            throw new IOException("no such program");
        }, List::of, NETSH, JAVA, OURS, pid -> true);
        rule.add(List.of(7001));
        assertTrue(logged().contains("no such program"), logged());
    }

    @Test
    void shouldReadWhatAProgramWroteAndHowItEnded() throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        ProgramRunner.Result result = ProgramRunner.ofSystem().run(List.of(java, "-XX:NoSuchOption"));
        assertEquals(1, result.exit());
        assertTrue(result.output().contains("NoSuchOption"), result.output());
    }
}
