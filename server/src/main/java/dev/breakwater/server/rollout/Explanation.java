/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.time.Instant;
import java.util.Optional;

/** Says in a sentence why a device has a release, has it not, or will not get it. */
public final class Explanation {

    private Explanation() {}

    /**
     * The sentence.
     *
     * @param stopped whether the organization has stopped all updates
     */
    public static String of(RolloutEntry entry, DevicePlace place, boolean stopped) {
        DeviceUpdate update = place.update();
        String version = entry.release().version();
        return switch (update.state()) {
            case WAITING -> waiting(entry, place, stopped);
            case OFFERED ->
                    "It was offered %s and has until %s to answer."
                            .formatted(version, time(update.until()));
            case ASKING -> "It has verified %s and asks its owner.".formatted(version);
            case POSTPONED ->
                    "Its owner has put it off; it is asked again at %s."
                            .formatted(time(update.until()));
            case REFUSED -> "Its owner does not want it.";
            case INSTALLING ->
                    "It is %s (%d %%), attempt %d of %d; it has to be heard of by %s."
                            .formatted(
                                    update.progress()
                                            .step()
                                            .name()
                                            .toLowerCase(java.util.Locale.ROOT),
                                    update.progress().percent(),
                                    update.attempts(),
                                    entry.rollout().plan().attemptsMax(),
                                    time(update.until()));
            case TRYING ->
                    "It restarts into %s; it has to say that it runs it by %s."
                            .formatted(version, time(update.until()));
            case CONFIRMED -> "It runs %s and said so at %s.".formatted(version, place.changedAt());
            case FAILED -> failed(entry, place);
            case INELIGIBLE ->
                    "%s is not for it, or it runs one that is as new%s"
                            .formatted(version, told(place));
            case WITHDRAWN ->
                    entry.rollout().state() == RolloutState.ABORTED
                            ? "The rollout was aborted before the device had begun."
                            : "The device was revoked or given away.";
        };
    }

    private static String waiting(RolloutEntry entry, DevicePlace place, boolean stopped) {
        Rollout rollout = entry.rollout();
        DeviceUpdate update = place.update();
        if (rollout.state() == RolloutState.PROPOSED) {
            return "The rollout waits for the approval of a second person.";
        }
        if (stopped) {
            return "All updates of the organization are stopped.";
        }
        if (rollout.state() == RolloutState.PAUSED) {
            return "The rollout is paused: %s.".formatted(rollout.pausedFor().orElse(""));
        }
        if (update.wave() > rollout.wave()) {
            return "It is in wave %d of %d; wave %d is at it."
                    .formatted(
                            update.wave() + 1, rollout.plan().waves().size(), rollout.wave() + 1);
        }
        if (update.failure().isPresent()) {
            return "Its attempt %d failed (%s); it is offered another as soon as it can be."
                    .formatted(update.attempts(), update.failure().get().code());
        }
        return place.given()
                ? "Its owner has approved; it is told when it is connected and its turn comes."
                : "It is told when it is connected, its window is open and its turn comes.";
    }

    private static String failed(RolloutEntry entry, DevicePlace place) {
        DeviceUpdate update = place.update();
        String how =
                switch (update.failure().orElse(Failure.NOT_INSTALLED)) {
                    case NOT_INSTALLED -> "It could not install it";
                    case REVERTED -> "It went back to what it ran before";
                    case SILENT -> "It had begun and was not heard of any more";
                    case RELAPSED -> "It ran it and was not well afterwards";
                };
        boolean again = place.isLive(entry.rollout());
        return how
                + told(place)
                + (again
                        ? " It may try again from %s on.".formatted(time(update.until()))
                        : " It has no attempts left.");
    }

    private static String told(DevicePlace place) {
        return place.told().isEmpty() ? "." : ": " + place.told() + ".";
    }

    private static String time(Optional<Instant> until) {
        return until.map(Instant::toString).orElse("some time");
    }
}
