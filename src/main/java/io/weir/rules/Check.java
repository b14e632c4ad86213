package io.weir.rules;

import io.weir.net.AddressSet;
import io.weir.net.PortSet;
import io.weir.net.Protocol;

/** A condition compiled for evaluation: three-valued, no allocation. {@code owner} holds an answer per owner test; null: not known yet. */
sealed interface Check {
    int NO = 0;
    int MAYBE = 1;
    int YES = 2;

    int evaluate(Protocol protocol, long high, long low, int port, byte[] owner);

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

    record Over(boolean[] byOrdinal) implements Check {
        @Override
        public int evaluate(Protocol protocol, long high, long low, int port, byte[] owner) {
            return byOrdinal[protocol.ordinal()] ? YES : NO;
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
