package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The records of the system's lists of processes and services, in real memory: they hold addresses. */
class ListingTest {
    private final NativeBuffer memory = new NativeBuffer(4096);
    private int texts = 2048;

    private long text(String text) {
        long address = memory.putText(texts, text);
        texts += 2 * text.length() + 2;
        return address;
    }

    private void process(int at, int next, int pid, int parent, long startTime, String name) {
        memory.bytes().putInt(at, next).putLong(at + 32, startTime).putLong(at + 80, pid).putLong(at + 88, parent);
        if (!name.isEmpty()) {
            memory.bytes().putShort(at + 56, (short) (2 * name.length())).putLong(at + 64, text(name));
        }
    }

    @Test
    void shouldReadEveryProcessOfTheList() {
        process(0, 256, 0, 0, 0, "");
        process(256, 320, 4, 0, 77, "System");
        process(576, 0, 112, 4, 99, "Registry");
        Map<Integer, ProcessTable.Listed> listed = ProcessListing.read(memory);
        assertEquals(3, listed.size());
        assertEquals(new ProcessTable.Listed(4, 0, 77, "System"), listed.get(4));
        assertEquals(new ProcessTable.Listed(112, 4, 99, "Registry"), listed.get(112));
        assertEquals("", listed.get(0).name());
    }

    @Test
    void shouldStopWhenTheListIsBroken() {
        process(0, 1 << 20, 9, 0, 1, "cut.exe");
        memory.bytes().putShort(56, (short) 60_000);
        assertEquals(1, ProcessListing.read(memory).size(), "the next record lies outside");
        process(0, -96, 9, 0, 1, "");
        memory.bytes().putLong(64, 1);
        Map<Integer, ProcessTable.Listed> listed = ProcessListing.read(memory);
        assertEquals("", listed.get(9).name(), "its text lies outside");
    }

    @Test
    void shouldJoinTheServicesOfAProcess() {
        String[] names = {"Dhcp", "EventLog", "Dnscache", "Stopped"};
        int[] pids = {900, 900, 1200, 0};
        for (int i = 0; i < names.length; i++) {
            memory.bytes().putLong(56 * i, text(names[i])).putLong(56 * i + 8, text("display")).putInt(56 * i + 44, pids[i]);
        }
        Map<Integer, String> services = new TreeMap<>();
        ServiceListing.read(memory, names.length, services);
        assertEquals(Map.of(900, "Dhcp+EventLog", 1200, "Dnscache"), services);
        assertNull(services.get(0));
    }

    @Test
    void shouldReadACommandLineThatFollowsItsDescription() {
        String line = "curl \u00e9 --user me";
        NativeBuffer answer = new NativeBuffer(256);
        answer.bytes().putShort(0, (short) (2 * line.length())).putShort(2, (short) (2 * line.length() + 2)).putLong(8, answer.putText(16, line));
        assertEquals(line, answer.unicodeString(0));
        answer.bytes().putLong(8, answer.address() + 256);
        assertEquals("", answer.unicodeString(0), "its text lies outside");
    }

    @Test
    void shouldReadTextThatEndsWithTheMemory() {
        NativeBuffer small = new NativeBuffer(6);
        small.bytes().put(0, "abc".getBytes(StandardCharsets.UTF_16LE));
        assertEquals("abc", small.textToZero(0));
        assertEquals("bc", small.text(2, 100));
        small.putText(0, "longer");
        assertEquals("longer", small.textToZero(0));
    }
}
