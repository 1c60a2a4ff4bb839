/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.rollout.RolloutEntry;
import dev.breakwater.server.rollout.RolloutId;
import dev.breakwater.server.rollout.RolloutState;
import dev.breakwater.server.rollout.UpdateState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells of rollouts without telling of every device: whoever listens to an organization hears what
 * a rollout itself does, and at most once a second that its devices go on. The steps of devices are
 * told only while somebody follows the rollout or the device.
 */
final class RolloutNews {

    /** Faster than people read, and slow enough for ten thousand devices. */
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);

    private final EventFeed events;

    /** Rollouts whose progress was told within the last moment; true if there was more since. */
    private final Map<RolloutId, Boolean> resting = new ConcurrentHashMap<>();

    RolloutNews(EventFeed events) {
        this.events = events;
    }

    /** It has been done to a rollout, by somebody or by itself. */
    void changed(RolloutEntry rollout, String change) {
        events.publish(rollout.organization(), event(rollout, change));
    }

    private static DeviceEvent event(RolloutEntry rollout, String change) {
        return new DeviceEvent.RolloutChanged(
                Optional.of(rollout.id()),
                change,
                Optional.of(rollout.rollout().state().code()),
                rollout.rollout().pausedFor());
    }

    /** All of an organization's were stopped or allowed. */
    void changedAll(OrganizationId organization, String change) {
        events.publish(
                organization,
                new DeviceEvent.RolloutChanged(
                        Optional.empty(), change, Optional.empty(), Optional.empty()));
    }

    /** A rollout may have gone on by itself. */
    void moved(RolloutEntry before, RolloutEntry after) {
        if (after.revision() == before.revision()) {
            return;
        }
        if (after.rollout().wave() > before.rollout().wave()) {
            changed(after, "wave-begun");
        }
        RolloutState state = after.rollout().state();
        if (state != before.rollout().state()) {
            changed(
                    after,
                    switch (state) {
                        case PAUSED -> "paused";
                        case COMPLETED -> "completed";
                        case PROPOSED, RUNNING, ABORTED -> state.code();
                    });
        }
    }

    /** A device has made a step. */
    void stepped(RolloutEntry rollout, DeviceId device, UpdateState before, UpdateState after) {
        OrganizationId organization = rollout.organization();
        if (!events.isHeard(organization)) {
            return;
        }
        if (before != after && (events.isFollowed(rollout.id()) || events.isFollowed(device))) {
            events.publish(
                    organization, new DeviceEvent.UpdateChanged(device, rollout.id(), after));
        }
        progressed(rollout);
    }

    private void progressed(RolloutEntry rollout) {
        boolean[] isFirst = new boolean[1];
        resting.compute(
                rollout.id(),
                (_, more) -> {
                    isFirst[0] = more == null;
                    return more != null;
                });
        if (isFirst[0]) {
            tellProgress(rollout);
            Thread.ofVirtual().name("rollout-progress").start(() -> rest(rollout));
        }
    }

    /** Where it stands, whoever is told reads anew. */
    private void tellProgress(RolloutEntry rollout) {
        events.publish(
                rollout.organization(),
                new DeviceEvent.RolloutChanged(
                        Optional.of(rollout.id()), "progress", Optional.empty(), Optional.empty()));
    }

    private void rest(RolloutEntry rollout) {
        try {
            boolean goesOn = true;
            while (goesOn) {
                Thread.sleep(PROGRESS_EVERY);
                // Nothing more: the next step is told at once. More: it is told now, and rests.
                Boolean more =
                        resting.computeIfPresent(
                                rollout.id(), (_, wasMore) -> wasMore ? false : null);
                goesOn = more != null;
                if (goesOn) {
                    tellProgress(rollout);
                }
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}
