/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.session.KeptState;
import dev.breakwater.server.session.SessionChange;
import dev.breakwater.server.session.SessionHolder;
import dev.breakwater.server.session.SessionStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Kept sessions in memory, with their subscriptions only: what a session remembers of messages is
 * tested on a real database.
 */
final class MemorySessions implements SessionStore {

    private final Map<DeviceId, Kept> sessions = new HashMap<>();

    private static final class Kept {
        final Map<TopicFilter, QualityOfService> subscriptions = new HashMap<>();
        long epoch;
        Instant expiresAt = Instant.MAX;
    }

    @Override
    public synchronized Optional<KeptState> open(
            SessionHolder holder, boolean cleanStart, Duration expiry, Instant now) {
        @Nullable Kept before = sessions.get(holder.device());
        Kept kept = before == null || cleanStart ? new Kept() : before;
        boolean resumed = kept == before && now.isBefore(kept.expiresAt);
        if (!resumed) {
            kept = new Kept();
        }
        kept.epoch = holder.epoch();
        kept.expiresAt = Instant.MAX;
        if (expiry.isZero()) {
            sessions.remove(holder.device());
        } else {
            sessions.put(holder.device(), kept);
        }
        return resumed
                ? Optional.of(new KeptState(kept.subscriptions, List.of(), List.of()))
                : Optional.empty();
    }

    @Override
    public void submit(SessionHolder holder, SessionChange change, Completion<Object> completion) {
        make(holder, change);
        completion.durable(change);
    }

    private synchronized void make(SessionHolder holder, SessionChange change) {
        Kept kept = sessions.get(holder.device());
        if (kept == null || kept.epoch != holder.epoch()) {
            return;
        }
        switch (change) {
            case SessionChange.Subscribed(Map<TopicFilter, QualityOfService> filters) ->
                    kept.subscriptions.putAll(filters);
            case SessionChange.Unsubscribed(List<TopicFilter> filters) ->
                    filters.forEach(kept.subscriptions::remove);
            case SessionChange.Disconnected(Instant at, Duration expiry) ->
                    kept.expiresAt = at.plus(expiry);
            case SessionChange.Received _,
                    SessionChange.Released _,
                    SessionChange.Sent _,
                    SessionChange.Taken _,
                    SessionChange.Settled _ -> {}
        }
    }

    /** The topics of these tests store nothing, so there is nothing to be durable with. */
    @Override
    public boolean submitAlongside(
            SessionHolder holder, SessionChange change, Runnable submitting) {
        submitting.run();
        return false;
    }

    @Override
    @Unscoped("a restart ends the connections of all organizations")
    public List<DeviceId> disconnectAll(Instant now) {
        return List.of();
    }

    @Override
    @Unscoped("time passes for all organizations")
    public synchronized int deleteExpired(Instant now, int countMax) {
        int before = sessions.size();
        sessions.values().removeIf(kept -> !now.isBefore(kept.expiresAt));
        return before - sessions.size();
    }
}
