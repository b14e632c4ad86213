package io.weir.windows.divert;

/**
 * The exports of {@code WinDivert.dll} 2.2 that Weir uses, with their own names: what crosses is integers and native addresses, so a call makes
 * no object. 64-bit: a {@code HANDLE} is a long, a {@code BOOL} an int (not 0: true). Any thread. Sections are those of upstream's
 * {@code windivert.html}.
 */
interface WinDivertLibrary {
    long INVALID_HANDLE = -1;

    /** Section 5.4. @param filter address of an ASCII string that ends in NUL @return the handle; −1 or 0 when it failed */
    long WinDivertOpen(long filter, int layer, short priority, long flags);

    /**
     * Section 5.6. Overlapped: false and error 997 while it is pending; everything addressed must stay where it is until it has completed.
     *
     * @param received     address of an int: bytes received, written only when it succeeds at once; 0: not wanted
     * @param flags        0
     * @param addresses    room for the address records
     * @param addressBytes address of an int: room in bytes (80–20,400), then bytes written
     * @param overlapped   address of an {@code OVERLAPPED}; 0: wait here
     */
    int WinDivertRecvEx(long handle, long packets, int packetBytes, long received, long flags, long addresses, long addressBytes, long overlapped);

    /** Section 5.8. As many packets as address records; each one's length is read from its IP header. @param sent address of an int; 0: not wanted */
    int WinDivertSendEx(long handle, long packets, int packetBytes, long sent, long flags, long addresses, int addressBytes, long overlapped);

    /** Section 5.9. @param how 1 receive, 2 send, 3 both */
    int WinDivertShutdown(long handle, int how);

    /** Section 5.10. */
    int WinDivertClose(long handle);

    /** Section 5.11. */
    int WinDivertSetParam(long handle, int parameter, long value);

    /** Section 5.12. @param value address of a long */
    int WinDivertGetParam(long handle, int parameter, long value);

    /**
     * Section 6.15. Never given what {@link KernelFilter} has not seen: some malformed filters end the process.
     *
     * @param object        room for the compiled filter
     * @param errorText     address of a pointer, set to static text
     * @param errorPosition address of an int
     */
    int WinDivertHelperCompileFilter(long filter, int layer, long object, int objectBytes, long errorText, long errorPosition);

    /** Section 6.13. @param address 80 bytes whose checksum bits it sets; 0: none */
    int WinDivertHelperCalcChecksums(long packet, int packetBytes, long address, long flags);

    /** What made the last call of this thread fail; means nothing after one that did not. */
    int lastError();
}
