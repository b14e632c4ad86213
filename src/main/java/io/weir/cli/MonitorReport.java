package io.weir.cli;

import io.weir.metrics.Counters;
import io.weir.stage.FlowReport;

/** How a monitor tells what it sees. */
interface MonitorReport {

    void flow(FlowReport flow);

    /** The monitor is over. */
    void end(long durationNs, Counters counters);
}
