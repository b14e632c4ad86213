package io.weir.upstream;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.ArrayDeque;

/** The kernel pipes of one loop. A wire has one only while there is something in it, so few serve many. Loop thread only. */
final class Pipes {
    static final int CAPACITY = 1 << 20;
    /** With their contents, 64 MiB of the system's memory. */
    private static final int MOST = 64;

    /** What one direction has in flight between two sockets. */
    static final class Pipe {
        final FileDescriptor out;
        final FileDescriptor in;
        int bytes;

        private Pipe(FileDescriptor[] ends) {
            out = ends[0];
            in = ends[1];
        }
    }

    private final PipeSizer sizer;
    private final ArrayDeque<Pipe> idle = new ArrayDeque<>();
    private int open;
    private boolean useless;

    /** @param sizer null = no pipes at all */
    Pipes(PipeSizer sizer) {
        this.sizer = sizer;
        useless = sizer == null;
    }

    /** Empty; null when there is none to be had: copy instead. */
    Pipe take() {
        Pipe pipe = idle.poll();
        return pipe != null || useless || open == MOST ? pipe : open();
    }

    private Pipe open() {
        Pipe pipe;
        try {
            pipe = new Pipe(FileDescriptor.pipe());
        } catch (IOException e) {
            return null; // no descriptors left: copying needs none
        }
        if (sizer.enlarge(pipe.in.intValue(), CAPACITY) < CAPACITY) {
            useless = true; // not allowed here: as slow as copying
            closeEnds(pipe);
            return null;
        }
        open++;
        return pipe;
    }

    void giveBack(Pipe pipe) {
        if (pipe.bytes == 0 && !useless) {
            idle.push(pipe);
        } else {
            open--;
            closeEnds(pipe);
        }
    }

    /** The idle ones; the rest is given back by its wires. */
    void close() {
        useless = true;
        open -= idle.size();
        idle.forEach(Pipes::closeEnds);
        idle.clear();
    }

    private static void closeEnds(Pipe pipe) {
        for (FileDescriptor end : new FileDescriptor[] {pipe.out, pipe.in}) {
            try {
                end.close();
            } catch (IOException e) {
                continue; // close(2) frees the descriptor even then
            }
        }
    }
}
