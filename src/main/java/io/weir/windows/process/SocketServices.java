package io.weir.windows.process;

import io.weir.net.Protocol;
import io.weir.process.Owner;
import java.util.List;

/** Which of the services that share a process a socket is of, by the tables by module: they note the service when the socket is made. */
final class SocketServices {
    private static final List<RowKind> TCP = List.of(RowKind.TCP_IPV4_MODULE, RowKind.TCP_IPV6_MODULE);
    private static final List<RowKind> UDP = List.of(RowKind.UDP_IPV4_MODULE, RowKind.UDP_IPV6_MODULE);

    private final TableImage image;
    private final ModuleNames names;

    SocketServices(SocketTables tables, ModuleNames names) {
        image = new TableImage(tables);
        this.names = names;
    }

    /** Any thread. */
    boolean canTell() {
        return names != ModuleNames.NONE;
    }

    /** The owner with the one service; with all of them where the tables do not tell. */
    Owner exact(SocketKey key, Owner host) {
        for (RowKind kind : key.protocol() == Protocol.TCP.number() ? TCP : UDP) {
            int row = best(kind, key, (int) host.pid());
            if (row >= 0) {
                image.row(row);
                String name = names.name(kind, image.address());
                boolean ours = List.of(host.service().split("\\" + RunningServices.SEPARATOR)).contains(name);
                return ours ? host.withService(name) : host;
            }
        }
        return host;
    }

    /** @return -1 for none */
    private int best(RowKind kind, SocketKey key, int pid) {
        int best = -1;
        int bestRank = SocketRank.NONE;
        image.read(kind);
        for (int row = 0; row < image.rows(); row++) {
            image.row(row);
            if (image.process() == pid && image.localPort() == key.local().port() && hasRemote(kind, key)) {
                int rank = SocketRank.of(kind.ipv4(), image.localHigh(), image.localLow(), key.local().address().high(), key.local().address().low());
                if (rank > bestRank) {
                    best = row;
                    bestRank = rank;
                }
            }
        }
        return best;
    }

    private boolean hasRemote(RowKind kind, SocketKey key) {
        return kind.protocol() == Protocol.UDP || image.remotePort() == key.remote().port() && image.remoteLow() == key.remote().address().low()
            && image.remoteHigh() == key.remote().address().high();
    }
}
