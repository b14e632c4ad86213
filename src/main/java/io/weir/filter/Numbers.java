package io.weir.filter;

/** Literals: decimal, hexadecimal and addresses as WinDivert 2.2.2 reads them (windivert.md §1.10); null for what is none. */
final class Numbers {

    private Numbers() {
    }

    /** Digits only, at most 128 bits. */
    static Number128 decimal(String digits) {
        return read(digits, 10);
    }

    /** Digits of either case after 0x, at most 128 bits; no digit at all is zero. */
    static Number128 hexadecimal(String digits) {
        return digits.isEmpty() ? Number128.ZERO : read(digits, 16);
    }

    private static Number128 read(String digits, int radix) {
        Number128 value = Number128.ZERO;
        for (int i = 0; i < digits.length() && value != null; i++) {
            int digit = Character.digit(digits.charAt(i), radix);
            value = digit < 0 ? null : value.shiftedIn(radix, digit);
        }
        return digits.isEmpty() ? null : value;
    }

    /** Four decimal parts up to 255, leading zeros allowed, as ::ffff:a.b.c.d. */
    static Number128 ipv4(String text) {
        int bits = 0;
        int at = 0;
        for (int part = 0; part < 4; part++) {
            int end = at;
            while (end < text.length() && Character.digit(text.charAt(end), 10) >= 0) {
                end++;
            }
            Number128 value = decimal(text.substring(at, end));
            if (value == null || !value.fits32() || value.low() > 255) {
                return null;
            }
            bits = bits << 8 | (int) value.low();
            if (part < 3 && (end == text.length() || text.charAt(end) != '.')) {
                return null;
            }
            at = part < 3 ? end + 1 : end;
        }
        return at == text.length() ? Number128.ipv4(bits) : null;
    }

    /** RFC 4291 text without zone; dotted quads only after :: or ::ffff:; groups beyond the eighth are ignored, as the DLL does. */
    static Number128 ipv6(String text) {
        return new Ipv6Literal(text).read();
    }
}
