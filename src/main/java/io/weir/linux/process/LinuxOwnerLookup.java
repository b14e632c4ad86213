package io.weir.linux.process;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.AnsweringThread;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owners by exact sock_diag queries (some 4 µs), which give a socket's number and user, and from there to the process: by a watch in the kernel
 * that notes who makes a socket, or, for older sockets and where no watch is allowed, by what is remembered of /proc.
 * {@link #find} does no more than that; {@link #ask} reads and searches /proc on a thread of its own. Flows are looked for in the network
 * namespace of this process, processes wherever /proc shows them; root is needed to see other users' files.
 * {@link #close} comes after the deciding thread has ended.
 */
public final class LinuxOwnerLookup implements OwnerLookup {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxOwnerLookup.class);

    private final SocketTable glanceSockets = new SocketDiag();
    private final SocketTable inquirySockets = new SocketDiag();
    private final SocketWatch watch;
    private final OwnerMemory memory;
    private final Glance glance;
    private final AnsweringThread<Question> answering;

    /** @throws IllegalStateException where the kernel has no sock_diag */
    public LinuxOwnerLookup() {
        this(startWatch());
    }

    /** @param watch null to do without */
    LinuxOwnerLookup(SocketWatch watch) {
        this.watch = watch;
        ProcessTable inquiryProcesses = new ProcFs();
        memory = new OwnerMemory(inquiryProcesses);
        glance = new Glance(glanceSockets, makers(), new ProcFs(), memory);
        Inquiry inquiry = new Inquiry(inquirySockets, makers(), inquiryProcesses, memory, new UserNames(), System::nanoTime);
        answering = new AnsweringThread<>(inquiry, Question::new, LOG::error);
        answering.start();
    }

    private static SocketWatch startWatch() {
        try {
            return SocketWatch.start();
        } catch (IllegalStateException e) {
            LOG.info("owners are searched for in /proc, which is slower than a watch: {}", e.getMessage());
            return null;
        }
    }

    private SocketMakers makers() {
        return watch == null ? SocketMakers.NONE : watch.reader();
    }

    @Override
    public Owner find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                      long beginning) {
        return glance.find(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort);
    }

    @Override
    public boolean ask(OwnerQuery query, Answers answers) {
        return answering.ask(query, answers);
    }

    @Override
    public Owner listener(Endpoint local) {
        return answering.listener(local);
    }

    @Override
    public void close() {
        if (!answering.isStopped() && answering.stop()) {
            memory.close();
            glanceSockets.close();
            inquirySockets.close();
            if (watch != null) {
                watch.close();
            }
        }
    }
}
