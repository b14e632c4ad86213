package io.weir.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.OwnSocketsContractTest;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Against this machine's kernel, on loopback, searching in /proc. */
@EnabledOnOs(OS.LINUX)
class LinuxOwnerLookupTest extends OwnSocketsContractTest {
    private static final Path BASH = Path.of("/bin/bash");

    @TempDir
    Path folder;

    private final LinuxOwnerLookup lookup = new LinuxOwnerLookup(watch());
    private final Deque<Closeable> open = new ArrayDeque<>();
    private final Owner self = ClientProgram.ownerOf(ProcessHandle.current().pid(), Path.of(ProcessHandle.current().info().command().orElseThrow()));

    SocketWatch watch() {
        return null;
    }

    @AfterEach
    void close() throws IOException {
        lookup.close();
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @Override
    protected OwnerLookup lookup() {
        return lookup;
    }

    @Override
    protected Owner self() {
        return self;
    }

    @Test
    void shouldNameWhoListensWhenTheListenerIsBoundToEveryAddress() throws IOException {
        ServerSocket every = listener("0.0.0.0");
        for (String reached : new String[] {"127.0.0.1:", "127.5.6.7:"}) {
            assertEquals(self, lookup.listener(Endpoint.parse(reached + every.getLocalPort())), reached);
        }
        ServerSocket dual = listener("::");
        assertEquals(self, lookup.listener(Endpoint.parse("127.0.0.1:" + dual.getLocalPort())), "dual stack");
        assertEquals(self, lookup.listener(Endpoint.parse("[::1]:" + dual.getLocalPort())));
    }

    @Override
    protected <T extends Closeable> T keep(T resource) {
        open.push(resource);
        return resource;
    }

    /** Runs a script that connects to us, and gives the flow as the child sees it. */
    private OwnedFlow accept(ServerSocket server, Owner owner) throws IOException {
        Socket accepted = keep(server.accept());
        return new OwnedFlow(Protocol.TCP, endpoint(accepted.getRemoteSocketAddress()), endpoint(accepted.getLocalSocketAddress()), owner);
    }

    @Test
    void shouldNameTheOwnerWhenADatagramSocketIsNotConnected() throws IOException {
        OwnedFlow flow = datagrams("127.0.0.1", StandardProtocolFamily.INET, false);
        assertOwned(flow);
        OwnedFlow elsewhere = new OwnedFlow(Protocol.UDP, flow.local(), Endpoint.parse("127.0.0.2:53"), self);
        assertEquals(self, find(elsewhere), "one answer serves all remotes of an unconnected socket");
    }

    @Test
    void shouldNameTheOwnerWhileItIsStillConnecting() throws IOException {
        ServerSocket full = keep(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
        SocketChannel connecting = null;
        for (int i = 0; i < 8 && connecting == null; i++) {
            SocketChannel client = keep(SocketChannel.open(StandardProtocolFamily.INET));
            client.bind(new InetSocketAddress("127.0.0.1", 0));
            client.configureBlocking(false);
            connecting = client.connect(full.getLocalSocketAddress()) ? null : client;
            if (connecting != null && connecting.finishConnect()) {
                connecting = null;
            }
        }
        Assumptions.assumeTrue(connecting != null, "this kernel's listeners never fill");
        assertOwned(flow(Protocol.TCP, connecting.getLocalAddress(), full.getLocalSocketAddress()));
    }

    @Test
    void shouldNameTheOwnerWhenTheSocketIsBoundToADevice() throws IOException {
        Path curl = Path.of("/usr/bin/curl");
        Assumptions.assumeTrue(Files.isExecutable(curl), "there is no curl");
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "only root binds a socket to a device");
        ServerSocket server = listener("127.0.0.1");
        Process client = new ProcessBuilder(curl.toString(), "-s", "--interface", "if!lo", "http://127.0.0.1:" + server.getLocalPort()).start();
        keep(client::destroyForcibly);
        OwnedFlow flow = accept(server, ClientProgram.ownerOf(client.pid(), curl));
        assertEquals(flow.owner(), ask(Protocol.TCP, flow.local(), flow.remote()));
    }

    @Test
    void shouldNameTheCopyWhenAProgramRunsUnderAnotherName() throws IOException {
        ServerSocket server = listener("127.0.0.1");
        Path program = ClientProgram.copy(BASH, folder, "renamed client");
        ClientProgram client = keep(ClientProgram.run(program, "exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort() + "; read x"));
        assertOwned(accept(server, ClientProgram.ownerOf(client.pid(), program)));
    }

    @Test
    void shouldTellParentAndCommandLine() throws IOException {
        ServerSocket server = listener("127.0.0.1");
        String script = "exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort() + "; read x";
        ClientProgram client = keep(ClientProgram.run(BASH, script));
        OwnedFlow flow = accept(server, self);
        Owner owner = ask(flow.protocol(), flow.local(), flow.remote());
        assertEquals(client.pid(), owner.pid());
        assertEquals(new Owner.Parent(self.pid(), self.name()), owner.parent());
        assertEquals(BASH + " -c " + script, owner.commandLine());
    }

    @Test
    void shouldKeepThePathWhenTheImageWasDeleted() throws IOException {
        ServerSocket server = listener("127.0.0.1");
        Path program = ClientProgram.copy(BASH, folder, "upgraded");
        ClientProgram client = keep(ClientProgram.run(program, "echo up; read x; exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort() + "; read x"));
        assertEquals("up", client.line());
        Files.delete(program);
        client.type("go");
        assertOwned(accept(server, ClientProgram.ownerOf(client.pid(), program)));
    }

    @Test
    void shouldNameTheNewProgramWhenTheProcessExecutesAnother() throws IOException {
        ServerSocket server = listener("127.0.0.1");
        Path first = ClientProgram.copy(BASH, folder, "first");
        Path second = ClientProgram.copy(BASH, folder, "second");
        ClientProgram client = keep(ClientProgram.run(first, "exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort()
            + "; read x; exec " + second + " -c 'echo changed; read x'"));
        OwnedFlow flow = accept(server, ClientProgram.ownerOf(client.pid(), first));
        assertOwned(flow);
        client.type("go");
        assertEquals("changed", client.line());
        assertNull(find(flow), "the image has changed, which must not be overlooked");
        assertOwned(new OwnedFlow(Protocol.TCP, flow.local(), flow.remote(), ClientProgram.ownerOf(client.pid(), second)));
    }

    @Test
    void shouldNameTheParentWhenAChildInheritedTheSocket() throws IOException {
        ServerSocket server = listener("127.0.0.1");
        Path program = ClientProgram.copy(BASH, folder, "parent");
        ClientProgram client = keep(ClientProgram.run(program, "exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort()
            + "; (sleep 60 & sleep 60) & (sleep 60) & echo forked; read x"));
        assertEquals("forked", client.line());
        assertOwned(accept(server, ClientProgram.ownerOf(client.pid(), program)));
    }

    @Test
    void shouldAnswerUnknownWhenTheProcessIsGone() throws IOException {
        ServerSocket server = listener("127.0.0.1");
        ClientProgram client = keep(ClientProgram.run(BASH, "exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort() + "; read x"));
        OwnedFlow flow = accept(server, ClientProgram.ownerOf(client.pid(), BASH));
        ask(Protocol.TCP, flow.local(), flow.remote());
        client.close();
        assertNull(find(flow));
        assertEquals(Owner.UNKNOWN, ask(Protocol.TCP, flow.local(), flow.remote()));
    }

    @Test
    void shouldNameTheRightProgramWhenManyProcessesComeAndGo() throws IOException {
        ServerSocket server = listener("127.0.0.1");
        keep(ClientProgram.run(BASH, "while :; do /bin/true; done"));
        keep(ClientProgram.run(BASH, "while :; do (:); done"));
        Path[] programs = {ClientProgram.copy(BASH, folder, "left"), ClientProgram.copy(BASH, folder, "right")};
        for (int i = 0; i < 60; i++) {
            Path program = programs[i % 2];
            ClientProgram client = keep(ClientProgram.run(program, "exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort() + "; read x"));
            OwnedFlow flow = accept(server, ClientProgram.ownerOf(client.pid(), program));
            assertEquals(flow.owner(), ask(Protocol.TCP, flow.local(), flow.remote()), "connection " + i);
            client.close();
        }
    }

    @Test
    void shouldNameTheRightProgramWhenTwoProgramsConnectSixtyFourTimesAtOnce() throws IOException {
        ServerSocket server = listener("127.0.0.1");
        Path[] programs = {ClientProgram.copy(BASH, folder, "left"), ClientProgram.copy(BASH, folder, "right")};
        Owner[] owners = new Owner[2];
        for (int i = 0; i < 2; i++) {
            String script = "for round in 1 2 3; do for i in {1..64}; do exec {f}<>/dev/tcp/127.0.0.1/" + server.getLocalPort()
                + "; printf " + i + " >&$f; done; read x; for f in {10..80}; do exec {f}>&-; done; done; read x";
            owners[i] = ClientProgram.ownerOf(keep(ClientProgram.run(programs[i], script)).pid(), programs[i]);
        }
        List<Socket> all = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            all.add(keep(server.accept()));
        }
        int found = 0;
        for (int i = 0; i < 128; i++) {
            Socket accepted = all.get(i);
            Owner expected = owners[accepted.getInputStream().read() - '0'];
            OwnedFlow flow = new OwnedFlow(Protocol.TCP, endpoint(accepted.getRemoteSocketAddress()),
                endpoint(accepted.getLocalSocketAddress()), expected);
            Owner quick = find(flow);
            if (quick != null) {
                assertEquals(expected, quick, "found at once, connection " + i);
                found++;
            } else {
                assertEquals(expected, ask(Protocol.TCP, flow.local(), flow.remote()), "asked, connection " + i);
            }
        }
        assertTrue(found > 32, "only " + found + " of 128 were found at once");
    }
}
