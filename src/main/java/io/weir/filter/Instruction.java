package io.weir.filter;

/**
 * One test of a compiled filter and where it leads.
 *
 * @param byteIndex offset for array fields, negative from the end
 * @param success   index of a later instruction, {@link #ACCEPT} or {@link #REJECT}
 * @param failure   likewise; also taken when the field is absent
 */
record Instruction(Field field, Comparison comparison, boolean negative, Number128 value, int byteIndex, int success, int failure) {
    static final int ACCEPT = 0x7ffe;
    static final int REJECT = 0x7fff;
}
