package io.weir.windows.process;

import java.util.Locale;
import java.util.Map;

/** The forms in which Windows names an image, and the one users write. */
final class ImagePath {
    private static final String DEVICE = "\\Device\\";
    private static final String NETWORK = "\\Device\\Mup\\";

    private ImagePath() {
    }

    static String lastPart(String path) {
        return path.substring(path.lastIndexOf('\\') + 1);
    }

    /** Without the prefixes that only say how the rest is to be read. */
    static String plain(String path) {
        if (path.startsWith("\\\\?\\UNC\\")) {
            return "\\\\" + path.substring(8);
        }
        return path.startsWith("\\\\?\\") || path.startsWith("\\??\\") ? path.substring(4) : path;
    }

    static boolean isNative(String path) {
        return path.startsWith(DEVICE);
    }

    /**
     * {@code \Device\HarddiskVolume3\x} as {@code C:\x}; unchanged where no drive is that device.
     *
     * @param drives device of each drive: {@code C:} to {@code \Device\HarddiskVolume3}
     */
    static String withDrive(String path, Map<String, String> drives) {
        if (startsWith(path, NETWORK)) {
            return "\\\\" + path.substring(NETWORK.length());
        }
        for (Map.Entry<String, String> drive : drives.entrySet()) {
            String device = drive.getValue() + "\\";
            if (startsWith(path, device)) {
                return drive.getKey() + path.substring(device.length() - 1);
            }
        }
        return path;
    }

    private static boolean startsWith(String path, String prefix) {
        return path.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    /** Whether a part may be a short name of 8.3 characters: those hold a tilde and a number. */
    static boolean mayBeShort(String path) {
        for (int at = path.indexOf('~'); at >= 0; at = path.indexOf('~', at + 1)) {
            if (at + 1 < path.length() && Character.isDigit(path.charAt(at + 1))) {
                return true;
            }
        }
        return false;
    }

    /** A drive's letter in upper case, as it is usually shown. */
    static String withUpperDrive(String path) {
        return path.length() > 1 && path.charAt(1) == ':' ? path.substring(0, 1).toUpperCase(Locale.ROOT) + path.substring(1) : path;
    }
}
