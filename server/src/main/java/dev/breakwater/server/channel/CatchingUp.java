/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.identity.AuthenticatedDevice;
import io.netty.channel.EventLoop;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a device what has been waiting for it once it has subscribed. One look-up per connection at
 * a time, so that a flood of SUBSCRIBE costs one virtual thread; what is subscribed meanwhile is
 * looked up together afterwards. It lives on the connection's event loop.
 */
final class CatchingUp {

    private static final Logger LOG = LoggerFactory.getLogger(CatchingUp.class);
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final AuthenticatedDevice device;
    private final EventLoop loop;
    private final ChannelParts parts;
    private final Runnable caughtUp;

    /**
     * Immutable while it is empty. A set: who subscribes over and over while the store is slow
     * makes it no longer.
     */
    private Set<TopicFilter> wanted = Set.of();

    private @Nullable Timeout again;
    private boolean atWork;
    private boolean ended;

    /**
     * @param caughtUp runs on the event loop, each time when nothing is left to look up, behind
     *     what was found
     */
    CatchingUp(AuthenticatedDevice device, EventLoop loop, ChannelParts parts, Runnable caughtUp) {
        this.device = device;
        this.loop = loop;
        this.parts = parts;
        this.caughtUp = caughtUp;
    }

    /** These filters have just been granted. */
    void with(Collection<TopicFilter> granted) {
        want(granted);
        begin();
    }

    private void want(Collection<TopicFilter> filters) {
        if (wanted.isEmpty()) {
            wanted = new HashSet<>();
        }
        wanted.addAll(filters);
    }

    void end() {
        ended = true;
        if (again != null) {
            again.cancel();
        }
    }

    private void begin() {
        if (ended || atWork || wanted.isEmpty()) {
            return;
        }
        atWork = true;
        List<TopicFilter> now = List.copyOf(wanted);
        wanted = Set.of();
        parts.blocking().runWhenPossible(() -> lookUp(now));
    }

    private void lookUp(List<TopicFilter> now) {
        Predicate<TopicName> subscribed =
                topic -> now.stream().anyMatch(filter -> filter.matches(topic));
        boolean done = false;
        try {
            parts.topics().catchUp(device, subscribed);
            done = true;
        } catch (StorageUnavailable unavailable) {
            LOG.warn("what waits for {} cannot be read: {}", device, unavailable.getMessage());
        } catch (RuntimeException defect) {
            LOG.error("what waits for {} could not be sent", device, defect);
            done = true;
        }
        List<TopicFilter> left = done ? List.of() : now;
        try {
            loop.execute(() -> lookedUp(left));
        } catch (RejectedExecutionException stopped) {
            LOG.trace("a device caught up after the channel had stopped", stopped);
        }
    }

    private void lookedUp(List<TopicFilter> left) {
        atWork = false;
        if (ended) {
            return;
        }
        if (left.isEmpty() && wanted.isEmpty()) {
            caughtUp.run();
        } else if (left.isEmpty()) {
            begin();
        } else {
            want(left);
            again = parts.deadlines().after(AGAIN, loop, this::begin);
        }
    }
}
