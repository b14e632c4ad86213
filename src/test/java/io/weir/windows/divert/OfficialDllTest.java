package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.weir.engine.CaptureScope;
import io.weir.engine.EngineException;
import io.weir.filter.CaptureSettings;
import io.weir.filter.Filter;
import io.weir.filter.FilterFile;
import io.weir.filter.Layer;
import io.weir.filter.RuleLowering;
import io.weir.filter.ScopeFilter;
import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.packet.Checksum;
import io.weir.packet.PacketView;
import io.weir.rules.RandomRules;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The official {@code WinDivert.dll} itself, whose helpers need no driver. */
@Tag("windows")
@EnabledIfSystemProperty(named = "weir.bed.official", matches = ".+", disabledReason = "needs a Windows JVM and the official DLL: tools/wine/junit")
class OfficialDllTest {
    private static final int OBJECT_BYTES = 16_384;

    @TempDir
    Path folder;
    private WinDivertLibrary library;

    private static Path official() {
        return Path.of(System.getProperty("weir.bed.official"));
    }

    @BeforeEach
    void load() {
        try (DivertFiles files = DivertFiles.verified(official(), false)) {
            assertTrue(files.pinned());
            library = DirectWinDivert.load(files.library());
        }
    }

    @Test
    void shouldRefuseToLoadWhenOneByteIsMore() throws Exception {
        for (String name : new String[] {DivertFiles.DLL, DivertFiles.DRIVER}) {
            Files.copy(official().resolve(name), folder.resolve(name));
        }
        DivertFiles.verified(folder, false).close();
        Files.write(folder.resolve(DivertFiles.DLL), new byte[1], StandardOpenOption.APPEND);
        EngineException refused = assertThrows(EngineException.class, () -> DivertFiles.verified(folder, false));
        assertTrue(refused.getMessage().contains("is not the official file"), refused.getMessage());
    }

    @Test
    void shouldKeepFilesFromBeingExchangedWhileTheyAreHeld() throws Exception {
        for (String name : new String[] {DivertFiles.DLL, DivertFiles.DRIVER}) {
            Files.copy(official().resolve(name), folder.resolve(name));
        }
        Path dll = folder.resolve(DivertFiles.DLL);
        try (DivertFiles files = DivertFiles.verified(folder, false)) {
            assertThrows(IOException.class, () -> Files.write(dll, new byte[1], StandardOpenOption.APPEND));
            assertThrows(IOException.class, () -> Files.move(dll, folder.resolve("moved")));
            assertEquals(dll.toRealPath(), files.library());
        }
        Files.write(dll, new byte[1], StandardOpenOption.APPEND);
    }

    /** The compiled filter, or the error's text. */
    private String compiled(String filter, Layer layer) {
        ByteBuffer text = NativeMemory.asciiz(filter);
        ByteBuffer object = NativeMemory.allocate(OBJECT_BYTES);
        ByteBuffer error = NativeMemory.allocate(16);
        long errorAt = NativeMemory.addressOf(error);
        int taken = library.WinDivertHelperCompileFilter(NativeMemory.addressOf(text), layer.value(), NativeMemory.addressOf(object), OBJECT_BYTES,
            errorAt, errorAt + 8);
        return taken != 0 ? Native.getDirectBufferPointer(object).getString(0, "US-ASCII")
            : new Pointer(error.getLong(0)).getString(0, "US-ASCII") + " at " + error.getInt(8);
    }

    @Test
    void shouldCompileTheExamplesAsWeDo() throws Exception {
        List<Path> examples;
        try (Stream<Path> files = Files.list(Path.of("filters"))) {
            examples = files.filter(file -> file.toString().endsWith(".filter")).toList();
        }
        assertTrue(examples.size() > 10, examples::toString);
        for (Path example : examples) {
            Layer layer = FilterFile.layer(example);
            String text = FilterFile.read(example);
            assertEquals(Filter.compile(text, layer).object(), compiled(text, layer), example.toString());
            KernelFilter.compile(library, text, layer);
        }
    }

    @Test
    void shouldCompileDerivedFiltersAsWeDo() throws Exception {
        List<Endpoint> upstreams = List.of(Endpoint.parse("203.0.113.7:443"), Endpoint.parse("10.1.2.3:80"), Endpoint.parse("[2001:db8::1]:8080"));
        List<Endpoint> relay = List.of(Endpoint.parse("127.0.0.1:50001"), Endpoint.parse("[::1]:50001"));
        for (long seed = 1; seed <= 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            boolean lan = random.nextBoolean();
            AddressSet exclude = AddressSet.parse(random.nextBoolean() ? List.of("203.0.113.0/29") : List.of());
            CaptureSettings settings = new CaptureSettings(lan, false, exclude, false);
            CaptureScope scope = RuleLowering.scope(new RandomRules(random).ruleSet(6, lan), upstreams, relay, settings);
            String text = ScopeFilter.of(scope, random.nextBoolean()).text();
            assertEquals(Filter.compile(text, Layer.NETWORK).object(), compiled(text, Layer.NETWORK), "seed " + seed + ": " + text);
        }
    }

    @Test
    void shouldCompileTheSocketFilterAsWeDo() throws Exception {
        String text = SocketEvents.filter(4711);
        assertEquals(Filter.compile(text, Layer.SOCKET).object(), compiled(text, Layer.SOCKET));
    }

    @Test
    void shouldSayWhereAndWhyWhenAFilterIsWrong() {
        assertEquals("Filter expression contains a bad token for layer at 0", compiled("processId == 1", Layer.NETWORK));
        assertEquals("Filter expression parse error at 7", compiled("tcp and", Layer.NETWORK));
    }

    private static List<String[]> table(String name) throws Exception {
        return Files.readAllLines(Path.of("src/test/resources/windivert", name)).stream().filter(line -> !line.startsWith("#") && !line.isBlank())
            .map(line -> line.split("\t")).toList();
    }

    @Test
    void shouldComputeTheChecksumsWeCompute() throws Exception {
        Map<String, byte[]> packets = table("packets.tsv").stream().collect(Collectors.toMap(row -> row[0], row -> HexFormat.of().parseHex(row[1])));
        List<String[]> cases = table("checksum-cases.tsv");
        assertEquals(10, cases.size());
        for (String[] row : cases) {
            byte[] packet = packets.get(row[0]);
            ByteBuffer theirs = NativeMemory.allocate(packet.length).put(0, packet);
            ByteBuffer record = NativeMemory.allocate(WinDivertAddress.BYTES);
            int complete = library.WinDivertHelperCalcChecksums(NativeMemory.addressOf(theirs), packet.length, NativeMemory.addressOf(record), 0);
            ByteBuffer ours = ByteBuffer.allocateDirect(packet.length).put(0, packet);
            PacketView view = new PacketView();
            view.parse(ours, 0, packet.length);
            assertEquals(complete != 0, Checksum.writeAll(view), row[0]);
            assertArrayEquals(bytes(theirs), bytes(ours), row[0]);
            assertEquals(row[7], HexFormat.of().formatHex(bytes(theirs)), "what was seen when the table was made, " + row[0]);
            int flags = WinDivertAddress.flags(record, 0);
            assertEquals(row[2] + row[3] + row[4], (flags >> 5 & 1) + "" + (flags >> 6 & 1) + (flags >> 7), row[0]);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] out = new byte[buffer.capacity()];
        buffer.get(0, out);
        return out;
    }

    /** Wine has no place for a driver; Windows without rights says 5. Either way the code comes through, and nothing is left open. */
    @Test
    void shouldGiveTheCodeWhenThereIsNoDriver() {
        KernelFilter filter = KernelFilter.compile(library, "false", Layer.NETWORK);
        EngineException refused = assertThrows(EngineException.class, () -> DivertHandle.open(library, filter, 1021, 0));
        assertTrue(refused.getMessage().matches("opening the WinDivert driver failed: .*\\(error \\d+, [A-Z_]+\\)"), refused.getMessage());
    }
}
