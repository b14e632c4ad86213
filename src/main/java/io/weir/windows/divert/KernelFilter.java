package io.weir.windows.divert;

import com.sun.jna.Pointer;
import io.weir.engine.EngineException;
import io.weir.filter.Filter;
import io.weir.filter.FilterException;
import io.weir.filter.Layer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * A filter that our compiler and then the DLL's own took, in the DLL's form. Ours comes first: some malformed filters end the process inside the DLL
 * (it follows a null pointer), and {@code WinDivertOpen} says of a bad filter only that it is bad.
 */
final class KernelFilter {
    /** The driver takes one test less than the DLL's compiler. */
    private static final int MOST_TESTS = 255;
    private static final int OBJECT_BYTES = 16_384;

    private final int layer;
    private final ByteBuffer text;

    private KernelFilter(int layer, ByteBuffer text) {
        this.layer = layer;
        this.text = text;
    }

    /** @throws EngineException with the place and the reason when either compiler refuses it */
    static KernelFilter compile(WinDivertLibrary library, String filter, Layer layer) {
        guard(filter, layer);
        KernelFilter out = new KernelFilter(layer.value(), NativeMemory.asciiz(filter));
        ByteBuffer object = NativeMemory.allocate(OBJECT_BYTES); // always given: without it one kind of input is written through null
        ByteBuffer answer = NativeMemory.allocate(16);
        long answerAt = NativeMemory.addressOf(answer);
        int taken = library.WinDivertHelperCompileFilter(out.address(), out.layer, NativeMemory.addressOf(object), OBJECT_BYTES, answerAt,
            answerAt + 8);
        Reference.reachabilityFence(object);
        if (taken == 0) {
            long reason = answer.getLong(0);
            throw refused(filter, answer.getInt(8), reason == 0 ? "no reason given" : new Pointer(reason).getString(0, "US-ASCII"));
        }
        return out;
    }

    private static void guard(String filter, Layer layer) {
        if (filter.startsWith("@")) {
            throw refused(filter, 0, "a compiled filter is not taken");
        }
        try {
            int tests = Filter.compile(filter, layer).tests();
            if (tests > MOST_TESTS) {
                throw refused(filter, 0, tests + " tests are more than the driver's " + MOST_TESTS);
            }
        } catch (FilterException bad) {
            throw refused(filter, bad.from(), bad.getMessage());
        }
    }

    private static EngineException refused(String filter, int position, String reason) {
        int at = Math.max(0, Math.min(position, filter.length()));
        return new EngineException("the kernel filter is not valid at character " + at + ", before \""
            + filter.substring(at, Math.min(filter.length(), at + 30)) + "\": " + reason,
            "Look at it with \"weir filter derive\"; \"weir filter check\" explains what is wrong with a filter of your own.");
    }

    /** Of the text, ended by NUL; good as long as this object is reachable. */
    long address() {
        return NativeMemory.addressOf(text);
    }

    int layer() {
        return layer;
    }
}
