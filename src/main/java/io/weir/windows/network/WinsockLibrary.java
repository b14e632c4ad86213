package io.weir.windows.network;

/** The exports of {@code ws2_32.dll} that a port reservation needs, with their own names; sockets and addresses are {@code long}. */
interface WinsockLibrary {
    int SOCKET_ERROR = -1;
    long INVALID_SOCKET = -1;

    /** @param version 0x0202 @param data address of 512 bytes @return 0, or the error itself */
    int WSAStartup(int version, long data);

    /** @param information 0 @return the socket, or {@link #INVALID_SOCKET} */
    long WSASocketW(int family, int type, int protocol, long information, int group, int flags);

    /** @param returned address of an int @return 0 or {@link #SOCKET_ERROR} */
    int WSAIoctl(long socket, int code, long input, int inputBytes, long output, int outputBytes, long returned, long overlapped, long completion);

    int closesocket(long socket);

    /** The error of this thread's last call. */
    int lastError();
}
