package io.weir.windows.divert;

import io.weir.engine.EngineException;

/**
 * A Windows error code of a WinDivert call: sections 5.4 to 5.8 of upstream's {@code windivert.html}, the driver's sources for the rest.
 *
 * @param name    as in {@code winerror.h}
 * @param meaning what it means of this call; part of a sentence
 * @param remedy  what the user can do; a sentence
 */
record WinDivertError(int code, String name, String meaning, String remedy) {
    static final int ACCESS_DENIED = 5;
    static final int INVALID_HANDLE = 6;
    static final int BAD_COMMAND = 22;
    static final int INVALID_PARAMETER = 87;
    static final int INSUFFICIENT_BUFFER = 122;
    static final int NO_DATA = 232;
    static final int OPERATION_ABORTED = 995;
    static final int IO_INCOMPLETE = 996;
    static final int IO_PENDING = 997;

    private static final String REPORT = "Restart Weir; if it happens again, report it with this line.";
    private static final String ANTIVIRUS = "Look whether an antivirus or another network filter works against Weir, and exclude Weir there.";

    /** The one place where codes are given a meaning. */
    static WinDivertError of(DivertCall call, int code) {
        return switch (code) {
            case 2 -> error(code, "ERROR_FILE_NOT_FOUND", "WinDivert64.sys is not beside WinDivert.dll, or a service entry points to where it was",
                "Put both files into one folder; if they are, run \"sc delete WinDivert\" as administrator and restart Windows.");
            case 3 -> error(code, "ERROR_PATH_NOT_FOUND", "a service entry left behind points to a folder that is gone",
                "Run \"sc delete WinDivert\" as administrator and start Weir again; if that does not help, restart Windows.");
            case ACCESS_DENIED -> error(code, "ERROR_ACCESS_DENIED", "only administrators may use the driver",
                "Start Weir from a console opened with \"Run as administrator\".");
            case INVALID_HANDLE -> error(code, "ERROR_INVALID_HANDLE", "the handle is closed", REPORT);
            case BAD_COMMAND -> error(code, "ERROR_BAD_COMMAND", "the handle is being opened or closed", REPORT);
            case INVALID_PARAMETER -> invalid(call);
            case 110 -> error(code, "ERROR_OPEN_FAILED", "the driver could not be installed", "Restart Windows and start Weir again.");
            case INSUFFICIENT_BUFFER -> error(code, "ERROR_INSUFFICIENT_BUFFER", "a packet and its length do not agree", REPORT);
            case 161 -> error(code, "ERROR_BAD_PATHNAME", "the folder of WinDivert.dll has too long a path",
                "Move it into a folder whose path is shorter than 240 characters.");
            case NO_DATA -> error(code, "ERROR_NO_DATA", "the handle was shut down", REPORT);
            case 577 -> error(code, "ERROR_INVALID_IMAGE_HASH", "Windows does not accept the signature of WinDivert64.sys",
                "Fetch the official files again; Windows must be up to date, and a driver of your own build must be signed.");
            case 592 -> error(code, "ERROR_DATA_NOT_ACCEPTED", "another network filter refused the packet", ANTIVIRUS);
            case 654 -> error(code, "ERROR_DRIVER_FAILED_PRIOR_UNLOAD", "another version of the WinDivert driver is loaded",
                "Stop the program that uses it, run \"sc stop WinDivert\" as administrator, and start Weir again.");
            case OPERATION_ABORTED -> error(code, "ERROR_OPERATION_ABORTED", "the call was cancelled because the handle was closed", REPORT);
            case 1058 -> error(code, "ERROR_SERVICE_DISABLED", "the driver was stopped while a program still used it",
                "Run \"sc stop WinDivert\" as administrator, once more if it fails, and start Weir again; otherwise restart Windows.");
            case 1060 -> error(code, "ERROR_SERVICE_DOES_NOT_EXIST", "the driver is not installed and was not allowed to install itself", REPORT);
            case 1072 -> error(code, "ERROR_SERVICE_MARKED_FOR_DELETE", "the driver is being removed",
                "End other programs that use WinDivert, wait a moment and start Weir again; otherwise restart Windows.");
            case 1114 -> error(code, "ERROR_DLL_INIT_FAILED", "Windows cannot run drivers here",
                "Weir needs Windows 10 or 11 itself, not an imitation of it.");
            case 1214 -> error(code, "ERROR_INVALID_NETNAME", "the packet's source and destination cannot be on one path", REPORT);
            case 1231, 1233 -> error(code, code == 1231 ? "ERROR_NETWORK_UNREACHABLE" : "ERROR_PROTOCOL_UNREACHABLE",
                "there is no way to the packet's destination", "Look whether the network is up.");
            case 1232 -> error(code, "ERROR_HOST_UNREACHABLE",
                "a packet another driver injected has gone round until its hop limit was used up", ANTIVIRUS);
            case 1275 -> error(code, "ERROR_DRIVER_BLOCKED",
                "a policy, an antivirus or an unsupported processor keeps Windows from loading the driver",
                "Exclude WinDivert64.sys in the security software; there is no driver for Windows on ARM.");
            case 1450 -> error(code, "ERROR_NO_SYSTEM_RESOURCES", "Windows has no memory for it",
                "End programs that use much memory, or restart Windows.");
            case 1753 -> error(code, "EPT_S_NOT_REGISTERED", "the service Base Filtering Engine does not run",
                "Run \"sc config bfe start= auto\" and \"net start bfe\" as administrator.");
            default -> error(code, "unknown", "Windows gave a code WinDivert does not document",
                "Look up the code with \"net helpmsg " + code + "\".");
        };
    }

    private static WinDivertError invalid(DivertCall call) {
        String name = "ERROR_INVALID_PARAMETER";
        return switch (call) {
            case OPEN -> error(INVALID_PARAMETER, name, "it does not take the filter, its priority or its flags",
                "Shorten capture.filter or the rules' lists; see \"weir filter derive\".");
            case SEND -> error(INVALID_PARAMETER, name, "it is no IP packet or its interface is gone", "Look whether a network adapter was removed.");
            default -> error(INVALID_PARAMETER, name, "a value is out of range", REPORT);
        };
    }

    private static WinDivertError error(int code, String name, String meaning, String remedy) {
        return new WinDivertError(code, name, meaning, remedy);
    }

    /** It is about the handle: of a call that failed with it, nothing was sent. */
    static boolean isOfHandle(int code) {
        return switch (code) {
            case ACCESS_DENIED, INVALID_HANDLE, BAD_COMMAND, NO_DATA, OPERATION_ABORTED -> true;
            default -> false;
        };
    }

    /** The error as users read it. */
    EngineException exception(DivertCall call) {
        return new EngineException(text(call), remedy);
    }

    /** One line without the remedy. */
    String text(DivertCall call) {
        return call.what() + ": " + meaning + " (error " + code + ", " + name + ")";
    }
}
