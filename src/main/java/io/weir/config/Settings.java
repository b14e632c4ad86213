package io.weir.config;

import io.weir.filter.CaptureSettings;
import io.weir.flow.FlowSettings;
import io.weir.pipeline.PipelineSettings;
import io.weir.relay.RelaySettings;
import io.weir.rules.RuleSet;
import io.weir.stage.StageSettings;
import io.weir.upstream.Upstreams;

/**
 * A whole configuration: each package's own settings. What the platform decides (the relay's socket mark and addresses) is left at its default
 * for {@code app} to fill in.
 */
public record Settings(Upstreams upstreams, RuleSet rules, CaptureSettings capture, RedirectSettings redirect, StageSettings stage,
                       FlowSettings flow, RelaySettings relay, PipelineSettings pipeline, LogSettings log, LinuxSettings linux) {
}
