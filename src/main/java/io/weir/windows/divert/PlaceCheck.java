package io.weir.windows.divert;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks whether others than administrators may change what Weir runs from: its jar, its native libraries, the WinDivert files. Whoever can has
 * an administrator's rights at Weir's next start.
 */
public final class PlaceCheck {
    private final AccessLists lists;
    private final String self;
    private final List<String> problems = new ArrayList<>();
    private final Set<Path> seen = new LinkedHashSet<>();

    PlaceCheck(AccessLists lists) {
        this.lists = lists;
        self = lists.self();
    }

    /**
     * @param folders where something is loaded from; only {@code .jar}, {@code .jsa}, {@code .dll} and {@code .sys} files in them are looked at
     * @return a sentence for each file or folder others may change, with what to do about it
     */
    public static List<String> problems(Collection<Path> folders) {
        return new PlaceCheck(AccessLists.ofWindows()).look(folders);
    }

    List<String> look(Collection<Path> folders) {
        for (Path folder : folders) {
            Path place = folder.toAbsolutePath().normalize();
            if (!lookAt(place, AccessList.CHANGE_FOLDER, true)) {
                loadedFrom(place).forEach(file -> lookAt(file, AccessList.CHANGE_FILE, false));
            }
        }
        for (Path folder : folders) {
            for (Path above = folder.toAbsolutePath().normalize().getParent(); above != null; above = above.getParent()) {
                lookAbove(above);
            }
        }
        return problems;
    }

    private static List<Path> loadedFrom(Path folder) {
        List<Path> out = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.{jar,jsa,dll,sys}")) {
            files.forEach(out::add);
        } catch (IOException | DirectoryIteratorException unreadable) {
            return List.of(); // loading will say so
        }
        return out;
    }

    /** @return whether others may change it */
    private boolean lookAt(Path path, int rights, boolean folder) {
        List<String> strangers = strangers(path, rights);
        if (strangers.isEmpty()) {
            return false;
        }
        String inherited = folder ? ":(OI)(CI)" : ":";
        String icacls = "icacls \"" + path + "\" ";
        problems.add(sentence(path, strangers) + "As administrator: " + icacls + "/setowner *" + AccessList.ADMINISTRATORS + " and " + icacls
            + "/inheritance:r /remove " + strangers.stream().map(sid -> "*" + sid).collect(Collectors.joining(" "))
            + " /grant:r *" + AccessList.SYSTEM + inherited + "F *" + AccessList.ADMINISTRATORS + inherited + "F *" + AccessList.USERS
            + inherited + "RX");
        return true;
    }

    /** Other things lie there too, so it is not for us to say who may write there. */
    private void lookAbove(Path above) {
        List<String> strangers = strangers(above, AccessList.CHANGE_ABOVE);
        if (!strangers.isEmpty()) {
            problems.add(sentence(above, strangers) + "Move Weir to where only administrators may write: below C:\\Program Files");
        }
    }

    private List<String> strangers(Path path, int rights) {
        AccessList list = seen.add(path) ? lists.of(path) : null;
        return list == null ? List.of() : list.strangersWith(rights, self);
    }

    private String sentence(Path path, List<String> strangers) {
        return path + " may be changed by " + strangers.stream().map(lists::name).collect(Collectors.joining(", "))
            + ", and Weir runs what lies there with an administrator's rights. ";
    }
}
