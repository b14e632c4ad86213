package io.weir.alternatives;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Finds a socket's inode as programs without sock_diag do: by reading the table of all connections. It lost because the kernel prints every row. */
public final class ProcNetTcp {
    private static final Path TABLE = Path.of("/proc/net/tcp");
    private static final int INODE_FIELD = 9;

    private final byte[] buffer = new byte[1 << 16];
    private byte[] line = new byte[256];
    private int length;

    /** @param endpoints local and remote as the table prints them, e.g. {@code 0100007F:1F90 0100007F:C350}. @return 0 when there is none */
    public long inode(byte[] endpoints) throws IOException {
        length = 0;
        try (InputStream table = Files.newInputStream(TABLE)) {
            for (int count = table.read(buffer); count > 0; count = table.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    if (buffer[i] != '\n') {
                        append(buffer[i]);
                    } else if (matches(endpoints)) {
                        return field();
                    } else {
                        length = 0;
                    }
                }
            }
        }
        return 0;
    }

    private void append(byte next) {
        if (length == line.length) {
            line = Arrays.copyOf(line, length * 2);
        }
        line[length++] = next;
    }

    private boolean matches(byte[] endpoints) {
        int colon = 0;
        while (colon < length && line[colon] != ':') {
            colon++;
        }
        int from = colon + 2;
        return from + endpoints.length <= length && Arrays.equals(line, from, from + endpoints.length, endpoints, 0, endpoints.length);
    }

    private long field() {
        return Long.parseLong(new String(line, 0, length, java.nio.charset.StandardCharsets.US_ASCII).trim().split(" +")[INODE_FIELD]);
    }
}
