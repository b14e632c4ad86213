package io.weir.windows.divert;

import io.weir.engine.CaptureScope;
import io.weir.engine.EngineException;
import io.weir.filter.Layer;
import io.weir.filter.ScopeFilter;
import io.weir.metrics.Counters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The WinDivert DLL of verified files, loaded, and what it opens. Loading changes nothing on the machine; the first handle starts the driver. */
public final class DivertDriver {
    private static final Logger LOG = LoggerFactory.getLogger(DivertDriver.class);

    private final WinDivertLibrary library;
    private final Kernel32Library kernel;
    /** Held for as long as this is, so that nobody changes the driver's file before it is started. */
    private final DivertFiles files;

    /** Over a DLL of which there are no files. */
    DivertDriver(WinDivertLibrary library, Kernel32Library kernel) {
        this(library, kernel, null);
    }

    private DivertDriver(WinDivertLibrary library, Kernel32Library kernel, DivertFiles files) {
        this.library = library;
        this.kernel = kernel;
        this.files = files;
    }

    /** @param files closed by nobody: they are held until the process ends @throws EngineException when the DLL cannot be loaded here */
    public static DivertDriver load(DivertFiles files) {
        try {
            return new DivertDriver(DirectWinDivert.load(files.library()), new DirectKernel32(), files);
        } catch (UnsatisfiedLinkError problem) {
            throw new EngineException(files.library() + " cannot be loaded: " + problem.getMessage(),
                "It must be the 64-bit DLL of WinDivert 2.2, and Java a 64-bit one for Windows.", problem);
        }
    }

    /** Begins to capture what {@code scope} names. @throws EngineException with what to do about it */
    public WinDivertEngine engine(DivertSettings settings, CaptureScope scope, Counters counters) {
        return engine(settings, scope, counters, 0);
    }

    /** As {@link #engine}, but packets go on by themselves and are only shown; injecting does nothing. */
    public WinDivertEngine watchingEngine(DivertSettings settings, CaptureScope scope, Counters counters) {
        return engine(settings, scope, counters, DivertHandle.SNIFF | DivertHandle.RECEIVE_ONLY);
    }

    private WinDivertEngine engine(DivertSettings settings, CaptureScope scope, Counters counters, long flags) {
        ScopeFilter wanted = ScopeFilter.of(scope, settings.impostor(), settings.chosen());
        wanted.costs().forEach(LOG::warn);
        LOG.debug("kernel filter: {}", wanted.text());
        KernelFilter filter = KernelFilter.compile(library, wanted.text(), Layer.NETWORK);
        DivertHandle handle = DivertHandle.open(library, filter, settings.priority(), flags);
        try {
            return new WinDivertEngine(kernel, handle, flags != 0, settings.impostor(), counters);
        } catch (EngineException noEvents) {
            handle.close();
            throw noEvents;
        }
    }

    /** Begins to tell {@code listener} what other processes' sockets do; to be opened before the engine. @throws EngineException as the engine */
    public SocketEvents socketEvents(DivertSettings settings, SocketListener listener, Counters counters) {
        KernelFilter filter = KernelFilter.compile(library, SocketEvents.filter(ProcessHandle.current().pid()), Layer.SOCKET);
        DivertHandle handle = DivertHandle.open(library, filter, settings.priority(), DivertHandle.SNIFF | DivertHandle.RECEIVE_ONLY);
        return new SocketEvents(handle, listener, counters).start();
    }
}
