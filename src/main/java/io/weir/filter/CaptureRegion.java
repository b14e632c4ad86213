package io.weir.filter;

import io.weir.net.AddressSet;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A set of (protocol, destination, port) triples: the union of boxes. Immutable. */
final class CaptureRegion {
    static final AddressSet EVERY_ADDRESS = AddressSet.of(List.of()).complement();
    static final PortSet EVERY_PORT = PortSet.parse("0-65535");
    static final CaptureRegion NOTHING = new CaptureRegion(List.of());
    static final CaptureRegion EVERYTHING = everything(EVERY_ADDRESS, EVERY_PORT);

    /** All pairs of an address and a port of the two sets. */
    record Box(Protocol protocol, AddressSet addresses, PortSet ports) {

        boolean isEmpty() {
            return addresses.isEmpty() || ports.isEmpty();
        }

        Box intersect(Box other) {
            return new Box(protocol, addresses.intersect(other.addresses), ports.intersect(other.ports));
        }

        /** The smallest box around both. */
        Box around(Box other) {
            return new Box(protocol, addresses.union(other.addresses), ports.union(other.ports));
        }

        boolean covers(Box other) {
            return protocol == other.protocol && addresses.containsAll(other.addresses) && ports.containsAll(other.ports);
        }
    }

    private final List<Box> boxes;

    private CaptureRegion(List<Box> boxes) {
        this.boxes = boxes;
    }

    static CaptureRegion of(List<Box> boxes) {
        return new CaptureRegion(merged(boxes.stream().filter(box -> !box.isEmpty()).toList()));
    }

    /** Over TCP and UDP. */
    static CaptureRegion everything(AddressSet addresses, PortSet ports) {
        return of(List.of(new Box(Protocol.TCP, addresses, ports), new Box(Protocol.UDP, addresses, ports)));
    }

    List<Box> boxes() {
        return boxes;
    }

    CaptureRegion union(CaptureRegion other) {
        List<Box> out = new ArrayList<>(boxes);
        out.addAll(other.boxes);
        return of(out);
    }

    CaptureRegion intersect(CaptureRegion other) {
        List<Box> out = new ArrayList<>();
        for (Box one : boxes) {
            for (Box two : other.boxes) {
                if (one.protocol == two.protocol) {
                    out.add(one.intersect(two));
                }
            }
        }
        return of(out);
    }

    CaptureRegion minus(CaptureRegion other) {
        List<Box> left = boxes;
        for (Box hole : other.boxes) {
            List<Box> out = new ArrayList<>();
            for (Box box : left) {
                if (box.protocol != hole.protocol) {
                    out.add(box);
                } else {
                    out.add(new Box(box.protocol, box.addresses.minus(hole.addresses), box.ports));
                    out.add(new Box(box.protocol, box.addresses.intersect(hole.addresses), box.ports.minus(hole.ports)));
                }
            }
            left = of(out).boxes;
        }
        return new CaptureRegion(left);
    }

    /** A region around this one of at most {@code most} boxes. */
    CaptureRegion within(int most) {
        List<Box> out = boxes;
        while (out.size() > most) {
            List<Box> halved = new ArrayList<>();
            for (int i = 0; i < out.size(); i++) {
                boolean pairs = i + 1 < out.size() && out.get(i).protocol == out.get(i + 1).protocol;
                halved.add(pairs ? out.get(i).around(out.get(++i)) : out.get(i));
            }
            out = merged(halved);
        }
        return new CaptureRegion(out);
    }

    /** The same region in fewer boxes: those alike in ports or in addresses become one; sorted by protocol. */
    private static List<Box> merged(List<Box> boxes) {
        List<Box> out = boxes;
        int before;
        do {
            before = out.size();
            Map<List<Object>, Box> byPorts = new LinkedHashMap<>();
            out.forEach(box -> byPorts.merge(List.of(box.protocol, box.ports), box, Box::around));
            Map<List<Object>, Box> byAddresses = new LinkedHashMap<>();
            byPorts.values().forEach(box -> byAddresses.merge(List.of(box.protocol, box.addresses), box, Box::around));
            out = withoutCovered(new ArrayList<>(byAddresses.values()));
        } while (out.size() < before);
        out.sort(java.util.Comparator.comparing(Box::protocol));
        return out;
    }

    private static List<Box> withoutCovered(List<Box> boxes) {
        List<Box> out = new ArrayList<>();
        for (int i = 0; i < boxes.size(); i++) {
            boolean covered = false;
            for (int j = 0; j < boxes.size() && !covered; j++) {
                covered = i != j && boxes.get(j).covers(boxes.get(i));
            }
            if (!covered) {
                out.add(boxes.get(i));
            }
        }
        return out;
    }
}
