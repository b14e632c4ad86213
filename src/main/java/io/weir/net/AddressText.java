package io.weir.net;

/** Reads and prints addresses: dotted IPv4, RFC 4291 IPv6 in, RFC 5952 out. */
final class AddressText {

    private AddressText() {
    }

    static IpAddress parse(String text) {
        if (text.indexOf(':') < 0) {
            return IpAddress.ofIpv4(parseIpv4(text, text));
        }
        return parseIpv6(text);
    }

    private static int parseIpv4(String text, String whole) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            throw bad(whole);
        }
        int bits = 0;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || part.length() > 1 && part.charAt(0) == '0') {
                throw bad(whole);
            }
            int value = 0;
            for (int i = 0; i < part.length(); i++) {
                int digit = part.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    throw bad(whole);
                }
                value = value * 10 + digit;
            }
            if (value > 255) {
                throw bad(whole);
            }
            bits = bits << 8 | value;
        }
        return bits;
    }

    private static IpAddress parseIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            throw bad(text);
        }
        int[] groups = new int[8];
        if (gap < 0) {
            if (readGroups(text, groups, true, text) != 8) {
                throw bad(text);
            }
        } else {
            int[] tail = new int[8];
            int before = readGroups(text.substring(0, gap), groups, false, text);
            int after = readGroups(text.substring(gap + 2), tail, true, text);
            if (before + after > 7) {
                throw bad(text);
            }
            System.arraycopy(tail, 0, groups, 8 - after, after);
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + 4];
        }
        return new IpAddress(high, low);
    }

    /** Reads groups up to the end of the address ({@code last}: dotted IPv4 may end it) or up to its "::". @return how many */
    private static int readGroups(String text, int[] out, boolean last, String whole) {
        if (text.isEmpty()) {
            return 0;
        }
        int at = 0;
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (last && i == parts.length - 1 && part.indexOf('.') >= 0) {
                if (at > 6) {
                    throw bad(whole);
                }
                int bits = parseIpv4(part, whole);
                out[at++] = bits >>> 16;
                out[at++] = bits & 0xffff;
            } else {
                if (at > 7 || part.isEmpty() || part.length() > 4) {
                    throw bad(whole);
                }
                int value = 0;
                for (int c = 0; c < part.length(); c++) {
                    int digit = part.charAt(c) < 128 ? Character.digit(part.charAt(c), 16) : -1;
                    if (digit < 0) {
                        throw bad(whole);
                    }
                    value = value << 4 | digit;
                }
                out[at++] = value;
            }
        }
        return at;
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException("\"" + text + "\" is not an IPv4 or IPv6 address");
    }

    static String print(IpAddress address) {
        if (address.isIpv4()) {
            int bits = address.ipv4Bits();
            return (bits >>> 24) + "." + (bits >>> 16 & 255) + "." + (bits >>> 8 & 255) + "." + (bits & 255);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (address.high() >>> 48 - 16 * i) & 0xffff;
            groups[i + 4] = (int) (address.low() >>> 48 - 16 * i) & 0xffff;
        }
        int longestAt = -1;
        int longest = 1;
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && groups[i + run] == 0) {
                run++;
            }
            if (run > longest) {
                longest = run;
                longestAt = i;
            }
            i += run;
        }
        StringBuilder out = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == longestAt) {
                out.append("::");
                i += longest - 1;
            } else {
                if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
                    out.append(':');
                }
                out.append(Integer.toHexString(groups[i]));
            }
        }
        return out.toString();
    }
}
