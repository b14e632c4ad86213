package io.weir.config;

import io.weir.filter.CaptureSettings;
import io.weir.flow.FlowSettings;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.pipeline.PipelineSettings;
import io.weir.process.Owner;
import io.weir.relay.RelaySettings;
import io.weir.rules.Explanation;
import io.weir.rules.RuleSet;
import io.weir.stage.StageSettings;
import io.weir.upstream.Upstreams;

/**
 * A whole configuration: each package's own settings. What the platform decides (the relay's socket mark and addresses) is left at its default
 * for {@code app} to fill in.
 */
public record Settings(Upstreams upstreams, RuleSet rules, CaptureSettings capture, RedirectSettings redirect, StageSettings stage,
                       FlowSettings flow, RelaySettings relay, PipelineSettings pipeline, LogSettings log, LinuxSettings linux,
                       WindowsSettings windows) {

    /** What every rule says of a flow, with a caution if it would never be captured. @param owner null: not known */
    public Explanation explain(Protocol protocol, Endpoint destination, Owner owner) {
        Explanation byRules = rules.explain(protocol, destination, owner);
        boolean own = upstreams.all().stream().anyMatch(upstream -> destination.equals(upstream.endpoint()));
        String why = own ? destination + " is an upstream of ours, which is never captured" : capture.whyNever(protocol, destination);
        return why == null ? byRules : byRules.notCaptured(why);
    }
}
