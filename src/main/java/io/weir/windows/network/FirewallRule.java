package io.weir.windows.network;

import java.util.Locale;
import java.util.Map;

/**
 * A rule of Windows Firewall as the registry keeps it: {@code v2.31|Action=Block|Active=TRUE|Dir=In|Protocol=6|App=C:\…\java.exe|Name=…|}. The
 * registry's words are the same in every language of Windows; those of {@code netsh show} are not.
 *
 * @param program  image path, variables expanded; empty: the rule is for every program
 * @param protocol IP protocol number; -1: any
 */
record FirewallRule(String name, boolean active, boolean inbound, boolean block, String program, int protocol) {
    private static final int TCP = 6;

    /** @param environment variables a path may name, as in {@code %SystemRoot%\java.exe} */
    static FirewallRule parse(String text, Map<String, String> environment) {
        String name = "";
        String program = "";
        boolean active = false;
        boolean inbound = false;
        boolean block = false;
        int protocol = -1;
        for (String part : text.split("\\|")) {
            int equals = part.indexOf('=');
            String value = part.substring(equals + 1);
            switch (equals < 0 ? "" : part.substring(0, equals)) {
                case "Name" -> name = value;
                case "Active" -> active = value.equalsIgnoreCase("TRUE");
                case "Dir" -> inbound = value.equalsIgnoreCase("In");
                case "Action" -> block = value.equalsIgnoreCase("Block");
                case "App" -> program = expand(value, environment);
                case "Protocol" -> protocol = value.matches("\\d{1,3}") ? Integer.parseInt(value) : -1;
                default -> { } // of no matter here
            }
        }
        return new FirewallRule(name, active, inbound, block, program, protocol);
    }

    private static String expand(String path, Map<String, String> environment) {
        String out = path;
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String reference = "%" + variable.getKey().toLowerCase(Locale.ROOT) + "%";
            int at = out.toLowerCase(Locale.ROOT).indexOf(reference);
            if (at >= 0) {
                out = out.substring(0, at) + variable.getValue() + out.substring(at + reference.length());
            }
        }
        return out;
    }

    /** Does it keep TCP connections from reaching this program? A block rule wins over every rule that allows. */
    boolean blocks(String image) {
        return active && inbound && block && (protocol < 0 || protocol == TCP) && program.equalsIgnoreCase(image);
    }
}
