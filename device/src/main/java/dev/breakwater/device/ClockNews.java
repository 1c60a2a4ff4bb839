/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.DeviceEvent;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/** Says once, each time that the clock is found ahead, that somebody should set it. */
final class ClockNews {

    /** Of the event that the server gets. */
    static final String EVENT_TYPE = "clock-ahead";

    private static final Logger LOG = LoggerFactory.getLogger(ClockNews.class);

    private final Outbox outbox;
    private final AgentListener listener;
    private boolean told;

    ClockNews(Outbox outbox, AgentListener listener) {
        this.outbox = outbox;
        this.listener = listener;
    }

    /** For the agent's own thread, at each connection. */
    void tell(Optional<Duration> ahead) {
        boolean isNews = ahead.isPresent() && !told;
        told = ahead.isPresent();
        if (!isNews) {
            return;
        }
        DeviceEvent event =
                new DeviceEvent(
                        EVENT_TYPE,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("aheadSeconds", ahead.get().toSeconds()));
        outbox.offer(
                new Outbox.Message(
                        Outbox.Kind.IMPORTANT,
                        Topics.EVENTS_PREFIX + event.type(),
                        event.toJson()));
        try {
            listener.clockAhead(ahead.get());
        } catch (RuntimeException fault) {
            LOG.error("The listener failed on a clock that is ahead", fault);
        }
    }
}
