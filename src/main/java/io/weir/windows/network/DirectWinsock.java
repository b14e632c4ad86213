package io.weir.windows.network;

import com.sun.jna.Native;

/** {@link WinsockLibrary} by JNA's direct mapping. */
final class DirectWinsock implements WinsockLibrary {

    static {
        Native.register(DirectWinsock.class, "ws2_32");
    }

    @Override
    public native int WSAStartup(int version, long data);

    @Override
    public native long WSASocketW(int family, int type, int protocol, long information, int group, int flags);

    @Override
    public native int WSAIoctl(long socket, int code, long input, int inputBytes, long output, int outputBytes, long returned, long overlapped,
                               long completion);

    @Override
    public native int closesocket(long socket);

    @Override
    public int lastError() {
        return Native.getLastError();
    }
}
