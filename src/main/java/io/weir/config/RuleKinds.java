package io.weir.config;

import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.rules.Action;
import io.weir.rules.Condition;
import io.weir.rules.ProcessPattern;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The kinds of values that only rules have. */
final class RuleKinds {
    private static final Map<String, Protocol> PROTOCOLS = Map.of("tcp", Protocol.TCP, "udp", Protocol.UDP);
    private static final Map<String, Action> ACTIONS = Map.of("pass", Action.PASS, "direct", Action.DIRECT, "block", Action.BLOCK,
        "drop", Action.DROP);
    private static final String PROXY = "proxy:";

    static final Kind<List<ProcessPattern>> PROCESSES = Kinds.texts("text or list",
        "names, paths, wildcards `?` `*` `**`, or `regex:…`", RuleKinds::readProcess);

    static final Kind<List<Long>> PROCESS_IDS = new Kind<>("whole number or list", "1–4,294,967,295", RuleKinds::readProcessIds,
        ids -> Kinds.list(ids.stream().map(String::valueOf).toList()));

    static final Kind<List<String>> USERS = Kinds.texts("text or list", "", (node, reading) -> {
        if (node.text().isBlank()) {
            reading.error(node, "is empty", "name a user");
        }
        return node.text().isBlank() ? null : node.text();
    });

    static final Kind<Condition.Destination> DESTINATIONS = new Kind<>("text or list",
        "prefixes `10.0.0.0/8`, ranges `10.0.0.1-10.0.0.9`, addresses, IPv4 or IPv6", RuleKinds::readDestinations,
        to -> Kinds.list(to.items().stream().map(item -> Kinds.quoted(item.text())).toList()));

    /** May also be an empty list. */
    static final Kind<Condition.Destination> DESTINATIONS_OR_NONE = new Kind<>(DESTINATIONS.type(), DESTINATIONS.range(), (node, reading) ->
        node.kind() == TomlNode.Kind.ARRAY && node.elements().isEmpty() ? Condition.Destination.parse(List.of()) : readDestinations(node, reading),
        DESTINATIONS.printer());

    static final Kind<PortSet> PORTS = new Kind<>("text, whole number or list", "ports and ranges of 0–65535, as in `\"80,443,8000-8100\"`",
        RuleKinds::readPorts, ports -> Kinds.quoted(ports.toString()));

    /** Without port 0. */
    static final Kind<PortSet> SOURCE_PORTS = new Kind<>(PORTS.type(), "ports and ranges of 1–65535", RuleKinds::readSourcePorts, PORTS.printer());

    static final Kind<Set<Protocol>> TRANSPORTS = new Kind<>("text or list", "`tcp`, `udp`", RuleKinds::readProtocols,
        protocols -> Kinds.list(protocols.stream().map(protocol -> Kinds.quoted(protocol.name().toLowerCase(Locale.ROOT))).sorted().toList()));

    static final Kind<Action> ACTION = new Kind<>("one word", "`pass`, `direct`, `proxy:NAME`, `block`, `drop`", RuleKinds::readAction,
        action -> Kinds.quoted(action.toString()));

    private RuleKinds() {
    }

    private static ProcessPattern readProcess(TomlNode node, Reading reading) {
        try {
            return ProcessPattern.parse(node.text(), reading.style());
        } catch (IllegalArgumentException e) {
            boolean relative = e.getMessage().contains("never match");
            reading.error(node, e, relative ? "write \"**/" + node.text().replaceFirst("^\\.?[/\\\\]", "") + "\" for it in any folder"
                : node.text().startsWith("regex:") ? "correct it, or use the wildcards ? * **" : "write a name, a path, or regex:…");
            return null;
        }
    }

    private static List<Long> readProcessIds(TomlNode node, Reading reading) {
        List<Long> out = new ArrayList<>();
        List<TomlNode> items = Kinds.items(node, TomlNode.Kind.WHOLE, "write a number without quotes, or a list of them", reading);
        for (TomlNode item : items) {
            if (item.whole() < 1 || item.whole() > 0xffff_ffffL) {
                reading.error(item, "is no process id", "choose 1–4,294,967,295");
            } else {
                out.add(item.whole());
            }
        }
        return out.isEmpty() || out.size() < items.size() ? null : out;
    }

    private static Condition.Destination readDestinations(TomlNode node, Reading reading) {
        List<String> texts = new ArrayList<>();
        List<TomlNode> items = Kinds.items(node, TomlNode.Kind.TEXT, "write addresses in quotes, or a list of them", reading);
        for (TomlNode item : items) {
            try {
                Condition.Destination.parse(List.of(item.text()));
                texts.add(item.text());
            } catch (IllegalArgumentException e) {
                boolean isName = item.text().chars().anyMatch(Character::isLetter) && item.text().indexOf(':') < 0;
                String remedy = isName ? "names of hosts cannot be matched; write addresses" : "write an address, 10.0.0.0/8 or 10.0.0.1-10.0.0.9";
                reading.error(item, e, remedy);
            }
        }
        return texts.isEmpty() || texts.size() < items.size() ? null : Condition.Destination.parse(texts);
    }

    private static PortSet readPorts(TomlNode node, Reading reading) {
        if (node.kind() != TomlNode.Kind.ARRAY) {
            return readPortsItem(node, reading);
        }
        if (node.elements().isEmpty()) {
            reading.error(node, "is an empty list", "name a port, or remove the key");
            return null;
        }
        StringBuilder out = new StringBuilder();
        boolean good = true;
        for (TomlNode item : node.elements()) {
            PortSet ports = readPortsItem(item, reading);
            good &= ports != null;
            out.append(out.isEmpty() ? "" : ",").append(ports);
        }
        return good ? PortSet.parse(out.toString()) : null;
    }

    private static PortSet readSourcePorts(TomlNode node, Reading reading) {
        PortSet ports = readPorts(node, reading);
        if (ports != null && ports.contains(0)) {
            reading.error(node, "names port 0", "choose ports of 1–65535");
            return null;
        }
        return ports;
    }

    private static PortSet readPortsItem(TomlNode node, Reading reading) {
        String remedy = "write ports and ranges of 0–65535, as in \"80,443,8000-8100\"";
        if (node.kind() != TomlNode.Kind.WHOLE && !Kinds.is(node, TomlNode.Kind.TEXT, remedy, reading)) {
            return null;
        }
        try {
            return PortSet.parse(node.kind() == TomlNode.Kind.WHOLE ? String.valueOf(node.whole()) : node.text());
        } catch (IllegalArgumentException e) {
            reading.error(node, e, remedy);
            return null;
        }
    }

    private static Set<Protocol> readProtocols(TomlNode node, Reading reading) {
        Set<Protocol> out = EnumSet.noneOf(Protocol.class);
        boolean good = true;
        for (TomlNode item : Kinds.items(node, TomlNode.Kind.TEXT, "write \"tcp\", \"udp\" or a list of both", reading)) {
            Protocol protocol = PROTOCOLS.get(item.text());
            if (protocol == null) {
                reading.error(item, "is not one of the choices", Suggestion.of(item.text(), PROTOCOLS.keySet(), "choose tcp or udp"));
                good = false;
            } else {
                out.add(protocol);
            }
        }
        return good && !out.isEmpty() ? out : null;
    }

    private static Action readAction(TomlNode node, Reading reading) {
        String choices = "choose pass, direct, proxy:NAME, block or drop";
        if (!Kinds.is(node, TomlNode.Kind.TEXT, choices, reading)) {
            return null;
        }
        String text = node.text();
        if (text.startsWith(PROXY) && text.length() > PROXY.length()) {
            return Action.proxy(text.substring(PROXY.length()));
        }
        Action action = ACTIONS.get(text);
        if (action == null) {
            boolean nameless = text.equals("proxy") || text.equals(PROXY);
            reading.error(node, nameless ? "names no upstream" : "is no action",
                nameless ? "write proxy:NAME with the name of an [[upstream]]" : Suggestion.of(text, ACTIONS.keySet(), choices));
        }
        return action;
    }
}
