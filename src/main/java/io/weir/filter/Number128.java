package io.weir.filter;

import java.math.BigInteger;

/** An unsigned 128-bit number: every value of the filter language is one; addresses are numbers too (IPv4 as ::ffff:a.b.c.d). */
record Number128(long high, long low) {
    static final Number128 ZERO = new Number128(0, 0);
    static final Number128 ONE = new Number128(0, 1);

    static Number128 of(long low) {
        return new Number128(0, low);
    }

    static Number128 ipv4(int bits) {
        return new Number128(0, 0xffff_0000_0000L | bits & 0xffff_ffffL);
    }

    /** {@code this * factor + digit}, or null when 128 bits do not hold it. */
    Number128 shiftedIn(int factor, int digit) {
        long lowTimes = low * factor;
        long carry = Math.multiplyHigh(low, factor) + (low >> 63 & factor);
        long highTimes = high * factor;
        if (Math.multiplyHigh(high, factor) + (high >> 63 & factor) != 0 || Long.compareUnsigned(highTimes + carry, highTimes) < 0) {
            return null;
        }
        long newHigh = highTimes + carry;
        long newLow = lowTimes + digit;
        if (Long.compareUnsigned(newLow, lowTimes) < 0) {
            newHigh++;
            if (newHigh == 0) {
                return null;
            }
        }
        return new Number128(newHigh, newLow);
    }

    /** 32-bit word {@code index}, 0 the least significant. */
    int word(int index) {
        return (int) (index < 2 ? low >>> 32 * index : high >>> 32 * (index - 2));
    }

    /** One more; the highest number wraps to zero. */
    Number128 next() {
        return new Number128(low == -1 ? high + 1 : high, low + 1);
    }

    /** One less; zero wraps to the highest number. */
    Number128 previous() {
        return new Number128(low == 0 ? high - 1 : high, low - 1);
    }

    boolean isZero() {
        return (high | low) == 0;
    }

    boolean fits32() {
        return high == 0 && low >>> 32 == 0;
    }

    static int compareUnsigned(Number128 a, Number128 b) {
        int byHigh = Long.compareUnsigned(a.high, b.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(a.low, b.low);
    }

    /** Sign-and-magnitude order, in which -0 is below 0 as in the driver. */
    static int compare(boolean negativeA, Number128 a, boolean negativeB, Number128 b) {
        if (negativeA != negativeB) {
            return negativeA ? -1 : 1;
        }
        return negativeA ? compareUnsigned(b, a) : compareUnsigned(a, b);
    }

    String decimal() {
        return new BigInteger(hex(), 16).toString();
    }

    String hex() {
        return high == 0 ? Long.toHexString(low) : Long.toHexString(high) + String.format("%016x", low);
    }
}
