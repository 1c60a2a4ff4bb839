/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.DeviceAgent;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Content once the server has it on disk which version runs: that takes a connection, a valid
 * certificate and a server that answers, and it is what the server counts as success.
 */
public final class ServerReached implements HealthProbe {

    private static final Duration WAIT_MAX = Duration.ofSeconds(2);

    private final DeviceAgent agent;
    private final String version;
    private boolean reported;

    /** Reports this version through the agent, which must be started. */
    public ServerReached(DeviceAgent agent, String version) {
        this.agent = agent;
        this.version = version;
    }

    @Override
    public Health look() throws InterruptedException {
        if (!reported) {
            ObjectNode patch = JsonMapper.shared().createObjectNode();
            patch.putObject("firmware").put("version", version);
            agent.reportState(patch);
            reported = true;
        }
        return agent.flush(WAIT_MAX)
                ? new Health.Healthy()
                : new Health.NotYet("the server has not acknowledged the running version");
    }
}
