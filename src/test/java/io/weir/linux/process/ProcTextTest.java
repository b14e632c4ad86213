package io.weir.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcTextTest {

    @ParameterizedTest
    @CsvSource({"socket:[1],1", "socket:[4294967295],4294967295", "pipe:[77],0", "socket:[],0", "/tmp/socket:[5],0", "anon_inode:[eventfd],0", "'',0"})
    void shouldReadTheInodeOnlyWhenTheLinkIsASocket(String link, long inode) {
        ByteBuffer bytes = ByteBuffer.wrap(link.getBytes(StandardCharsets.US_ASCII));
        assertEquals(inode, ProcText.socketInode(bytes, 0, bytes.capacity()));
    }

    @ParameterizedTest
    @CsvSource({"'0.10 0.07 0.02 1/123 4567\n',4567", "'0.00 0.00 0.00 2/9 1',1", "'',0", "'\n',0"})
    void shouldReadTheLastNumberOfTheLoadLine(String line, int number) {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
        assertEquals(number, ProcText.lastNumber(bytes, bytes.capacity()));
    }

    private static int entry(ByteBuffer to, int at, String name) {
        int length = 19 + name.length() + 1 + 7 & ~7;
        to.putShort(at + 16, (short) length);
        for (int i = 0; i < name.length(); i++) {
            to.put(at + 19 + i, (byte) name.charAt(i));
        }
        return at + length;
    }

    @Test
    void shouldListOnlyNumbersWhenADirectoryIsRead() {
        ByteBuffer entries = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());
        int end = 0;
        for (String name : new String[] {".", "..", "0", "17", "self", "4194304", "9p"}) {
            end = entry(entries, end, name);
        }
        IntList numbers = new IntList();
        ProcText.addNumbers(entries, end, numbers);
        assertEquals(3, numbers.size());
        assertEquals(0, numbers.get(0));
        assertEquals(17, numbers.get(1));
        assertEquals(4194304, numbers.get(2));
    }

    @Test
    void shouldNeitherFailNorReadOnWhenTheEntriesAreGarbage() {
        for (int seed = 0; seed < 2000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ByteBuffer entries = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());
            random.nextBytes(entries.array());
            int length = random.nextInt(257);
            IntList numbers = new IntList();
            try {
                ProcText.addNumbers(entries, length, numbers);
                ProcText.socketInode(entries, 0, length);
                ProcText.lastNumber(entries, length);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static StatLine stat(String line) {
        return StatLine.parse(line.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldReadTheStatLineWhenTheCommandHasBracketsAndBlanks() {
        String rest = " S 42 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 10 11";
        assertEquals(new StatLine(77, "a) (b c", 42, 987654), stat("77 (a) (b c)" + rest));
        assertEquals(new StatLine(1, "", 42, 987654), stat("1 ()" + rest));
    }

    @ParameterizedTest
    @CsvSource({"''", "'77 (sh'", "'77 (sh) S 1'", "'x (sh) S 42 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 10 11'"})
    void shouldReadNothingWhenTheStatLineIsCut(String line) {
        assertNull(stat(line));
    }

    @Test
    void shouldReadArgumentsAsOneLine() {
        assertEquals("curl -s http://x", ProcText.commandLine("curl\0-s\0http://x\0".getBytes(StandardCharsets.US_ASCII)));
        assertEquals("", ProcText.commandLine("\0\0".getBytes(StandardCharsets.US_ASCII)));
        assertEquals("cut sho", ProcText.commandLine("cut\0sho".getBytes(StandardCharsets.US_ASCII)));
    }
}
