package io.weir.net;

/** A CIDR prefix; {@code length} counts bits of its own family (0–32 or 0–128). Host bits are zero. */
public record IpPrefix(IpAddress address, int length) {

    public IpPrefix {
        int bits = address.isIpv4() ? 32 : 128;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("prefix length " + length + " is not in 0–" + bits);
        }
        int mapped = length + 128 - bits;
        address = new IpAddress(address.high() & highMask(mapped), address.low() & lowMask(mapped));
        if (bits == 32) {
            address = IpAddress.ofIpv4(length == 0 ? 0 : address.ipv4Bits());
        }
    }

    /** Reads {@code 10.0.0.0/8}, {@code ::/0}, or a single address. @throws IllegalArgumentException saying what is wrong */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        int bits = address.isIpv4() ? 32 : 128;
        if (slash < 0) {
            return new IpPrefix(address, bits);
        }
        String digits = text.substring(slash + 1);
        if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch(c -> c >= '0' && c <= '9') || Integer.parseInt(digits) > bits) {
            throw new IllegalArgumentException("\"" + text + "\": the prefix length must be 0–" + bits);
        }
        return new IpPrefix(address, Integer.parseInt(digits));
    }

    public boolean contains(long high, long low) {
        int mapped = mappedLength();
        return ((high ^ address.high()) & highMask(mapped)) == 0 && ((low ^ address.low()) & lowMask(mapped)) == 0;
    }

    public IpAddress first() {
        return address;
    }

    public IpAddress last() {
        int mapped = mappedLength();
        return new IpAddress(address.high() | ~highMask(mapped), address.low() | ~lowMask(mapped));
    }

    private int mappedLength() {
        return address.isIpv4() ? length + 96 : length;
    }

    private static long highMask(int bits) {
        return bits == 0 ? 0 : bits >= 64 ? -1L : -1L << 64 - bits;
    }

    private static long lowMask(int bits) {
        return bits <= 64 ? 0 : -1L << 128 - bits;
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
