package io.weir.windows.process;

import io.weir.net.Protocol;
import java.util.Arrays;
import java.util.Collection;

/** Reads the tables once for many questions. Rows are led to questions by their local port. Look-up thread only. */
final class TableWalk {
    private static final RowKind[] TCP = {RowKind.TCP_IPV4, RowKind.TCP_IPV6};
    private static final RowKind[] UDP = {RowKind.UDP_IPV4, RowKind.UDP_IPV6};

    private final TableImage image;
    /** By protocol and local port, the first question of a chain, counted from 1. */
    private final int[] first = new int[2 << 16];
    private int[] next = new int[64];
    private Question[] asked = new Question[64];
    private int count;

    TableWalk(SocketTables tables) {
        image = new TableImage(tables);
    }

    /** Afterwards each question knows what was found for it. @return the first Win32 error of a table that could not be read, else 0 */
    int walk(Collection<Question> questions) {
        count = 0;
        boolean tcp = false;
        boolean udp = false;
        for (Question question : questions) {
            question.beginWalk();
            chain(question);
            tcp |= question.query().protocol() == Protocol.TCP;
            udp |= question.query().protocol() == Protocol.UDP;
        }
        int error = tcp ? look(TCP) : 0;
        int second = udp ? look(UDP) : 0;
        for (int i = 0; i < count; i++) {
            first[place(asked[i].query().protocol(), asked[i].query().local().port())] = 0;
            asked[i] = null;
        }
        return error == 0 ? second : error;
    }

    private static int place(Protocol protocol, int localPort) {
        return protocol == Protocol.UDP ? 1 << 16 | localPort : localPort;
    }

    private void chain(Question question) {
        if (count == asked.length) {
            asked = Arrays.copyOf(asked, 2 * count);
            next = Arrays.copyOf(next, 2 * count);
        }
        int place = place(question.query().protocol(), question.query().local().port());
        asked[count] = question;
        next[count] = first[place];
        first[place] = ++count;
    }

    private int look(RowKind[] kinds) {
        int error = 0;
        for (RowKind kind : kinds) {
            int result = image.read(kind);
            error = error == 0 ? result : error;
            for (int row = 0; row < image.rows(); row++) {
                image.row(row);
                for (int at = first[place(kind.protocol(), image.localPort())]; at != 0; at = next[at - 1]) {
                    asked[at - 1].look(image, kind);
                }
            }
        }
        return error;
    }
}
