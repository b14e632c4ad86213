package io.weir.filter;

/** Reads one IPv6 literal with the exact acceptance of WinDivert's own reader. */
final class Ipv6Literal {
    private final String text;
    private final int[] beforeGap = new int[8];
    private final int[] afterGap = new int[8];
    private int before;
    private int after;
    private int at;

    Ipv6Literal(String text) {
        this.text = text;
    }

    Number128 read() {
        boolean gapSeen = false;
        if (text.startsWith(":")) {
            if (!text.startsWith("::")) {
                return null;
            }
            gapSeen = true;
            at = 2;
            if (at == text.length()) {
                return Number128.ZERO;
            }
        }
        for (int group = 0; group < 8; group++) {
            if (peek() == ':') {
                if (gapSeen) {
                    return null;
                }
                gapSeen = true;
                at++;
                if (at == text.length()) {
                    break;
                }
            }
            Number128 quad = before < 6 ? Numbers.ipv4(text.substring(at)) : null;
            if (quad != null) {
                return withQuad(quad);
            }
            int value = group();
            if (value < 0) {
                return null;
            }
            if (gapSeen) {
                afterGap[after++] = value;
            } else {
                beforeGap[before++] = value;
            }
            if (at == text.length()) {
                if (gapSeen || group == 7) {
                    break;
                }
                return null;
            }
            at++; // the colon
        }
        return assemble(after);
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    /** One to four hexadecimal digits before a colon or the end; -1 for anything else. */
    private int group() {
        int value = 0;
        int digits = 0;
        while (digits < 4 && Character.digit(peek(), 16) >= 0) {
            value = value << 4 | Character.digit(peek(), 16);
            digits++;
            at++;
        }
        return digits == 0 || peek() != ':' && at < text.length() ? -1 : value;
    }

    private Number128 withQuad(Number128 quad) {
        Number128 rest = assemble(after + 2);
        boolean mapped = rest.high() == 0 && rest.word(0) == 0 && (rest.word(1) == 0xffff || rest.word(1) == 0);
        return mapped ? new Number128(0, rest.low() | quad.low() & 0xffff_ffffL) : null;
    }

    private Number128 assemble(int afterCount) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            int group = beforeGap[i] | afterGap[(i + afterCount) % 8];
            if (i < 4) {
                high = high << 16 | group;
            } else {
                low = low << 16 | group;
            }
        }
        return new Number128(high, low);
    }
}
