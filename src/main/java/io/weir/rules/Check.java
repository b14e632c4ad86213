package io.weir.rules;

import io.weir.net.AddressSet;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import java.util.List;
import java.util.Set;

/** A condition compiled for evaluation: three-valued, no allocation. {@code owner} holds an answer per owner test; null: not known yet. */
sealed interface Check {
    int NO = 0;
    int MAYBE = 1;
    int YES = 2;

    int evaluate(Protocol protocol, long high, long low, int port, byte[] owner);

    static Check of(Condition condition, OwnerTests ownerTests) {
        if (condition instanceof Condition.OfOwner test) {
            return new OwnerIs(ownerTests.indexOf(test));
        }
        if (condition instanceof Condition.Destination destination) {
            return new To(destination.addresses());
        }
        if (condition instanceof Condition.Port port) {
            return new OnPort(port.ports());
        }
        if (condition instanceof Condition.Transport transport) {
            return new Over(transport.protocols());
        }
        if (condition instanceof Condition.All all) {
            return new Every(of(all.parts(), ownerTests));
        }
        if (condition instanceof Condition.Any any) {
            return new Some(of(any.parts(), ownerTests));
        }
        return new Not(new Some(of(((Condition.None) condition).parts(), ownerTests)));
    }

    private static Check[] of(List<Condition> parts, OwnerTests ownerTests) {
        return parts.stream().map(part -> of(part, ownerTests)).toArray(Check[]::new);
    }

    record OwnerIs(int index) implements Check {
        @Override
        public int evaluate(Protocol protocol, long high, long low, int port, byte[] owner) {
            return owner == null ? MAYBE : owner[index];
        }
    }

    record To(AddressSet addresses) implements Check {
        @Override
        public int evaluate(Protocol protocol, long high, long low, int port, byte[] owner) {
            return addresses.contains(high, low) ? YES : NO;
        }
    }

    record OnPort(PortSet ports) implements Check {
        @Override
        public int evaluate(Protocol protocol, long high, long low, int port, byte[] owner) {
            return ports.contains(port) ? YES : NO;
        }
    }

    record Over(Set<Protocol> protocols) implements Check {
        @Override
        public int evaluate(Protocol protocol, long high, long low, int port, byte[] owner) {
            return protocols.contains(protocol) ? YES : NO;
        }
    }

    record Every(Check[] parts) implements Check {
        @Override
        public int evaluate(Protocol protocol, long high, long low, int port, byte[] owner) {
            int result = YES;
            for (int i = 0; i < parts.length && result != NO; i++) {
                result = Math.min(result, parts[i].evaluate(protocol, high, low, port, owner));
            }
            return result;
        }
    }

    record Some(Check[] parts) implements Check {
        @Override
        public int evaluate(Protocol protocol, long high, long low, int port, byte[] owner) {
            int result = NO;
            for (int i = 0; i < parts.length && result != YES; i++) {
                result = Math.max(result, parts[i].evaluate(protocol, high, low, port, owner));
            }
            return result;
        }
    }

    record Not(Check part) implements Check {
        @Override
        public int evaluate(Protocol protocol, long high, long low, int port, byte[] owner) {
            return YES - part.evaluate(protocol, high, low, port, owner);
        }
    }
}
