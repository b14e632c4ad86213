package io.weir.rules;

import io.weir.net.AddressSet;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What must be true of a flow and its owner. A tree: leaves ask one fact, {@link All}, {@link Any} and {@link None} join them. */
public sealed interface Condition {
    /** True of every flow. */
    Condition ALWAYS = new All(List.of());

    /** A leaf on the owner: false while nobody could be found. */
    sealed interface OfOwner extends Condition {
    }

    /** The owner is one of these programs. */
    record Process(List<ProcessPattern> patterns) implements OfOwner {
        public Process {
            patterns = List.copyOf(patterns);
        }
    }

    /** The owner has one of these process ids. */
    record ProcessId(List<Long> ids) implements OfOwner {
        public ProcessId {
            ids = List.copyOf(ids);
        }
    }

    /** The owner runs as one of these users; on Windows {@code name} also stands for {@code DOMAIN\name}. */
    record User(List<String> names, PathStyle style) implements OfOwner {
        public User {
            names = List.copyOf(names);
        }
    }

    /** The original destination is one of these addresses; the items are kept to say which one matched. */
    record Destination(AddressSet addresses, List<Item> items) implements Condition {
        /** A prefix, range or address as written. */
        public record Item(String text, AddressSet addresses) {
        }

        public Destination {
            items = List.copyOf(items);
        }

        /** @throws IllegalArgumentException naming the item that is wrong */
        public static Destination parse(List<String> texts) {
            List<Item> items = new ArrayList<>();
            for (String text : texts) {
                items.add(new Item(text, AddressSet.parse(List.of(text))));
            }
            return new Destination(AddressSet.parse(texts), items);
        }
    }

    /** The original destination port is one of these. */
    record Port(PortSet ports) implements Condition {
    }

    /** The flow is of one of these protocols. */
    record Transport(Set<Protocol> protocols) implements Condition {
        public Transport {
            protocols = Set.copyOf(protocols);
        }
    }

    /** Every part is true. */
    record All(List<Condition> parts) implements Condition {
        public All {
            parts = List.copyOf(parts);
        }
    }

    /** At least one part is true. */
    record Any(List<Condition> parts) implements Condition {
        public Any {
            parts = List.copyOf(parts);
        }
    }

    /** No part is true. */
    record None(List<Condition> parts) implements Condition {
        public None {
            parts = List.copyOf(parts);
        }
    }
}
