package io.weir.net;

/**
 * An IPv4 or IPv6 address as two longs in network order (high = first eight bytes).
 * IPv4 a.b.c.d is held as the mapped address ::ffff:a.b.c.d, so one form serves both families
 * and flow keys need no family field.
 */
public record IpAddress(long high, long low) implements Comparable<IpAddress> {

    /** Upper half of {@link #low} of every IPv4 address. */
    public static final long MAPPED_PREFIX = 0x0000_ffff_0000_0000L;

    /** From 32 bits in network order. */
    public static IpAddress ofIpv4(int bits) {
        return new IpAddress(0, MAPPED_PREFIX | bits & 0xffff_ffffL);
    }

    /** From 4 or 16 bytes in network order. @throws IllegalArgumentException for another length */
    public static IpAddress ofBytes(byte[] bytes) {
        if (bytes.length == 4) {
            return ofIpv4((int) bigEndian(bytes, 0, 4));
        }
        if (bytes.length == 16) {
            return new IpAddress(bigEndian(bytes, 0, 8), bigEndian(bytes, 8, 8));
        }
        throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
    }

    private static long bigEndian(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    /**
     * Reads dotted IPv4 or RFC 4291 IPv6 text; never asks a resolver.
     *
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    public static IpAddress parse(String text) {
        return AddressText.parse(text);
    }

    public static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff;
    }

    public boolean isIpv4() {
        return isIpv4(high, low);
    }

    /** The address as 32 bits; meaningful only when {@link #isIpv4()}. */
    public int ipv4Bits() {
        return (int) low;
    }

    /** 4 bytes for IPv4, 16 for IPv6, network order. */
    public byte[] bytes() {
        byte[] out = new byte[isIpv4() ? 4 : 16];
        for (int i = 0; i < out.length; i++) {
            int fromEnd = out.length - 1 - i;
            out[i] = (byte) (fromEnd >= 8 ? high >>> 8 * (fromEnd - 8) : low >>> 8 * fromEnd);
        }
        return out;
    }

    public boolean isLoopback() {
        return isIpv4() ? ipv4Bits() >>> 24 == 127 : high == 0 && low == 1;
    }

    /** 0.0.0.0 or :: */
    public boolean isUnspecified() {
        return isIpv4() ? ipv4Bits() == 0 : (high | low) == 0;
    }

    /** Unsigned numeric order; IPv4 sorts at its mapped place. */
    @Override
    public int compareTo(IpAddress other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** Dotted IPv4, or IPv6 as RFC 5952 writes it. */
    @Override
    public String toString() {
        return AddressText.print(this);
    }
}
