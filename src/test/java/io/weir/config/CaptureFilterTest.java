package io.weir.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.rules.PathStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureFilterTest {
    @TempDir
    private Path folder;

    private ConfigReport read(String filter) {
        return SettingsReader.read("weir.toml", "[capture]\nfilter = " + filter + "\n", folder, PathStyle.UNIX, Map.of());
    }

    @Test
    void shouldCompileTheFilter() {
        ConfigReport report = read("\"tcp.DstPort == 443\"");
        assertEquals("", report.render(false));
        assertEquals("tcp.DstPort = 443", report.settings().stage().filter().formatted());
        assertTrue(report.effective().contains("filter = \"tcp.DstPort == 443\"\n"), report.effective());
        assertNull(Reports.of("").settings().stage().filter());
    }

    @Test
    void shouldReadTheFilterFromAFileBesideTheConfiguration() throws IOException {
        Files.writeString(folder.resolve("web.filter"), "# the web\n# layer: NETWORK\ntcp.DstPort == 80\nor tcp.DstPort == 443\n");
        ConfigReport report = read("\"@web.filter\"");
        assertEquals("", report.render(false));
        assertEquals(2, report.settings().stage().filter().tests());
        Files.writeString(folder.resolve("sockets.filter"), "# layer: SOCKET\nprocessId == 4\n");
        assertTrue(read("\"@sockets.filter\"").render(false).contains("is a filter of layer SOCKET; flows are chosen by a filter of layer NETWORK"));
        assertTrue(read("\"@absent.filter\"").render(false).contains("cannot be read ("));
    }

    @Test
    void shouldPointAtTheCharactersWhenTheFilterIsWrong() {
        String text = read("\"tcp and tcp.dstport == 443\"").render(false);
        assertTrue(text.contains("does not compile: Filter expression contains a bad token"), text);
        assertTrue(text.contains("      tcp and tcp.dstport == 443\n              ^^^^^^^^^^^\n"), text);
        assertTrue(text.contains("did you mean `tcp.DstPort`?"), text);
    }

    @Test
    void shouldWarnWhenTheFilterTestsWhatNoFirstPacketCanShow() {
        ConfigReport report = read("\"tcp.DstPort == 443 and tcp.PayloadLength > 0 and tcp.Psh\"");
        assertFalse(report.hasErrors());
        assertTrue(report.render(false).contains("tests tcp.PayloadLength, tcp.Psh, which later packets"), report.render(false));
        assertTrue(read("\"tcp.DstPort == 70000\"").render(false).contains("warning"));
    }

    @Test
    void shouldRefuseACompiledFilter() {
        assertTrue(read("\"@WinDiv_WX_eXWWAX\"").render(false).contains("is a compiled filter; write the filter itself"));
    }
}
