package io.weir.windows.divert;

import com.sun.nio.file.ExtendedOpenOption;
import io.weir.engine.EngineException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * {@code WinDivert.dll} and {@code WinDivert64.sys}, found in one folder and compared with the SHA-256 of the official ones: the DLL is not signed,
 * so nothing but its hash says whose it is. On Windows both stay open, so that nobody can write to or replace them, until {@link #close}.
 */
public final class DivertFiles implements AutoCloseable {
    public static final String DLL = "WinDivert.dll";
    public static final String DRIVER = "WinDivert64.sys";
    private static final String FOLDER = "windivert-bin";
    /** What upstream's DLL has room for, less the driver's name. */
    private static final int MOST_PATH = 240;
    private static final String FETCH = "Run windivert-bin\\fetch.cmd, or put the official " + DLL + " and " + DRIVER
        + " 2.2.2 (x64) there yourself; windows.driver-folder names another place.";
    private static final boolean WINDOWS = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");

    private final Path folder;
    private final List<FileChannel> held = new ArrayList<>();
    private boolean pinned = true;

    private DivertFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * @param folder        where both files lie
     * @param allowUnpinned take files of other bytes too: one's own build (then a missing driver file is not complained of either: a DLL may
     *                      bring its own way in)
     * @throws EngineException when a file is missing, is not the official one, or lies where it must not
     */
    public static DivertFiles verified(Path folder, boolean allowUnpinned) {
        return verified(folder, allowUnpinned, Pins.ofThisBuild());
    }

    /** Where they are when nobody says otherwise: {@code windivert-bin} beside the program, or above it in a checkout. */
    public static Path besideProgram() {
        Path program = program();
        Path above = program.getParent();
        for (int levels = 0; above != null && levels < 3; levels++, above = above.getParent()) {
            if (Files.isDirectory(above.resolve(FOLDER))) {
                return above.resolve(FOLDER);
            }
        }
        return program.resolveSibling(FOLDER);
    }

    /** Where this program lies: its jar, in a checkout a folder of classes. */
    public static Path program() {
        try {
            return Path.of(DivertFiles.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toAbsolutePath();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the program does not know where it lies", e);
        }
    }

    static DivertFiles verified(Path folder, boolean allowUnpinned, Pins pins) {
        DivertFiles out = new DivertFiles(local(folder));
        try {
            out.check(DLL, pins, allowUnpinned);
            if (!allowUnpinned || Files.exists(out.folder.resolve(DRIVER))) {
                out.check(DRIVER, pins, allowUnpinned);
            }
            return out;
        } catch (EngineException refused) {
            out.close();
            throw refused;
        }
    }

    /** As the file system has it: links resolved, so that what was looked at is what is loaded. */
    private static Path local(Path folder) {
        Path real;
        try {
            real = folder.toRealPath();
        } catch (IOException e) {
            throw new EngineException(folder.toAbsolutePath() + ", the folder of the WinDivert files, cannot be read (" + reason(e) + ")", FETCH);
        }
        if (real.toString().startsWith("\\\\")) {
            throw new EngineException(real + " is on another machine", "Copy the folder to a local disk: no driver is loaded from a network drive.");
        }
        if (real.toString().length() > MOST_PATH) {
            throw new EngineException(real + " is longer than " + MOST_PATH + " characters, which WinDivert has no room for",
                "Move Weir into a folder with a shorter path.");
        }
        return real;
    }

    private void check(String name, Pins pins, boolean allowUnpinned) {
        Path file = folder.resolve(name);
        if (Files.exists(file) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new EngineException(file + " is no plain file", "Put the file itself there, not a link to it.");
        }
        String actual;
        try {
            FileChannel channel = FileChannel.open(file, options());
            held.add(channel);
            actual = hash(channel);
        } catch (NoSuchFileException missing) {
            throw new EngineException(file + " is missing", FETCH);
        } catch (IOException e) {
            throw new EngineException(file + " cannot be read (" + reason(e) + ")", "End the program that is writing to it, or fetch it again.");
        }
        String wanted = pins.of(name);
        if (actual.equals(wanted)) {
            return;
        }
        pinned = false;
        if (!allowUnpinned) {
            throw new EngineException(file + " is not the official file: its SHA-256 is " + actual + ", expected " + wanted,
                "Fetch it again with windivert-bin\\fetch.cmd; if it is your own build, start with --allow-unpinned.");
        }
    }

    private static Set<OpenOption> options() {
        return WINDOWS ? Set.of(StandardOpenOption.READ, ExtendedOpenOption.NOSHARE_WRITE, ExtendedOpenOption.NOSHARE_DELETE)
            : Set.of(StandardOpenOption.READ);
    }

    private static String hash(FileChannel channel) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        ByteBuffer part = ByteBuffer.allocate(1 << 16);
        while (channel.read(part.clear()) >= 0) {
            digest.update(part.flip());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "it does not exist" : e.getMessage();
    }

    /** The DLL, absolute. */
    public Path library() {
        return folder.resolve(DLL);
    }

    /** Are all of them the official files? */
    public boolean pinned() {
        return pinned;
    }

    @Override
    public void close() {
        for (FileChannel channel : held) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new IllegalStateException("closing a file that was only read failed", e);
            }
        }
        held.clear();
    }
}
