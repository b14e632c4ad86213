package io.weir.filter;

/** Names that stand for numbers (windivert.md §5.3): protocols, layers, and the events of one layer each. */
final class Macros {

    private Macros() {
    }

    /** The value of a macro at a layer; -1: it is a macro, but of another layer; -2: no macro at all. */
    static int value(String name, Layer layer) {
        return switch (name) {
            case "FALSE", "NETWORK" -> 0;
            case "TRUE", "ICMP", "NETWORK_FORWARD" -> 1;
            case "FLOW" -> 2;
            case "SOCKET" -> 3;
            case "REFLECT" -> 4;
            case "TCP" -> 6;
            case "UDP" -> 17;
            case "ICMPV6" -> 58;
            case "PACKET" -> layer.carriesPackets() ? 0 : -1;
            case "ESTABLISHED" -> at(layer, Layer.FLOW, 1);
            case "DELETED" -> at(layer, Layer.FLOW, 2);
            case "BIND" -> at(layer, Layer.SOCKET, 3);
            case "CONNECT" -> at(layer, Layer.SOCKET, 4);
            case "LISTEN" -> at(layer, Layer.SOCKET, 5);
            case "ACCEPT" -> at(layer, Layer.SOCKET, 6);
            case "OPEN" -> at(layer, Layer.REFLECT, 8);
            case "CLOSE" -> layer == Layer.SOCKET ? 7 : at(layer, Layer.REFLECT, 9);
            default -> -2;
        };
    }

    private static int at(Layer layer, Layer home, int value) {
        return layer == home ? value : -1;
    }

    /** The name of an event at a layer, or null. */
    static String eventName(Layer layer, int event) {
        return switch (layer) {
            case NETWORK, NETWORK_FORWARD -> event == 0 ? "PACKET" : null;
            case FLOW -> event == 1 ? "ESTABLISHED" : event == 2 ? "DELETED" : null;
            case SOCKET -> switch (event) {
                case 3 -> "BIND";
                case 4 -> "CONNECT";
                case 5 -> "LISTEN";
                case 6 -> "ACCEPT";
                case 7 -> "CLOSE";
                default -> null;
            };
            case REFLECT -> event == 8 ? "OPEN" : event == 9 ? "CLOSE" : null;
        };
    }
}
