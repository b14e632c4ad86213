package io.weir.filter;

/** Addresses as WinDivert prints them: the first longest run of zero groups, even of one, becomes ::, and a mapped address is dotted. */
final class AddressFormat {

    private AddressFormat() {
    }

    static String ipv4(int bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 255) + "." + (bits >>> 8 & 255) + "." + (bits & 255);
    }

    static String ipv6(Number128 value) {
        if (value.high() == 0 && value.word(1) == 0xffff) {
            return ipv4(value.word(0));
        }
        int[] groups = new int[8];
        int gapAt = -1;
        int gap = 0;
        int run = 0;
        for (int i = 0; i < 8; i++) {
            groups[i] = (int) ((i < 4 ? value.high() : value.low()) >>> 48 - 16 * (i % 4)) & 0xffff;
            run = groups[i] == 0 ? run + 1 : 0;
            if (run > gap) {
                gap = run;
                gapAt = i - run + 1;
            }
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gapAt) {
                out.append(i == 0 ? "::" : ":");
                i += gap - 1;
            } else {
                out.append(Integer.toHexString(groups[i])).append(i == 7 ? "" : ":");
            }
        }
        return out.toString();
    }
}
