/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.durability.Backlog;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.session.KeptSessions;
import dev.breakwater.server.session.LiveSessions;
import java.time.Clock;

/** What every connection of one channel shares. */
record ChannelParts(
        LiveSessions sessions,
        KeptSessions kept,
        Quotas quotas,
        DeviceTopics topics,
        Limits limits,
        Backlog backlog,
        Clock clock,
        Deadlines deadlines,
        BlockingWork blocking,
        ChannelRefusals refusals,
        CloneAlarm clones,
        ChannelMetrics metrics) {

    /** What devices that are sent away are told about coming back. */
    ReconnectHints hints() {
        return new ReconnectHints(limits.seconds(Limit.CHANNEL_RETURN_SECONDS), quotas);
    }
}
