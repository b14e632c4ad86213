package io.weir.net;

/**
 * A CIDR prefix; {@code length} counts bits of its own family (0–32 or 0–128). Host bits are zero. It holds addresses of its own family
 * only: {@code ::/0} has no IPv4 address although their mapped form lies in it.
 */
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
        if (!digits.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(digits) > bits) {
            throw new IllegalArgumentException("\"" + text + "\": the prefix length must be 0–" + bits);
        }
        return new IpPrefix(address, Integer.parseInt(digits));
    }

    /** Does not allocate. */
    public boolean contains(long high, long low) {
        if (IpAddress.isIpv4(high, low) != address.isIpv4()) {
            return false;
        }
        int mapped = mappedLength();
        return ((high ^ address.high()) & highMask(mapped)) == 0 && ((low ^ address.low()) & lowMask(mapped)) == 0;
    }

    public IpAddress first() {
        return address;
    }

    /** The last address of its own family: {@code ::/80} ends before the block of mapped IPv4 addresses. */
    public IpAddress last() {
        int mapped = mappedLength();
        IpAddress last = new IpAddress(address.high() | ~highMask(mapped), address.low() | ~lowMask(mapped));
        return last.isIpv4() && !address.isIpv4() ? new IpAddress(0, IpAddress.MAPPED_PREFIX - 1) : last;
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
