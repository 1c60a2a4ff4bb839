/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.release.DirectorStatement;
import java.time.Instant;
import java.util.Optional;

/** What follows for a device's place from what the device says. */
final class StatusSteps {

    private StatusSteps() {}

    /** From how far it is. */
    static PlaceStep progress(UpdateStatus.Progress said, Instant now) {
        return (entry, before) -> {
            DeviceUpdate update = before.update();
            String told = said.reason().orElse("");
            RolloutPlan plan = entry.rollout().plan();
            Instant retryAt = now.plus(plan.retryAfter());
            return switch (said.step()) {
                case ASKING ->
                        update.asking(now.plus(DirectorStatement.LIFE_MAX))
                                .map(after -> before.after(after, told).asked(now));
                case DOWNLOADING, VERIFYING, WRITING, RESTARTING ->
                        update.progressed(told(said, update), now, plan.lease())
                                .map(after -> before.after(after, told));
                case FAILED ->
                        // It could not even begin, which was an attempt all the same: a release
                        // that devices refuse must not look like one that they ignore.
                        update.failed(Failure.NOT_INSTALLED, retryAt)
                                .or(
                                        () ->
                                                update.progressed(Progress.NONE, now, plan.lease())
                                                        .flatMap(
                                                                begun ->
                                                                        begun.failed(
                                                                                Failure
                                                                                        .NOT_INSTALLED,
                                                                                retryAt)))
                                .map(after -> before.after(after, told));
                case REVERTED ->
                        update.failed(Failure.REVERTED, retryAt)
                                .map(after -> before.after(after, told));
                case INELIGIBLE -> update.ineligible().map(after -> before.after(after, told));
            };
        };
    }

    private static Progress told(UpdateStatus.Progress said, DeviceUpdate update) {
        Progress.Step step = step(said.step());
        int otherwise = update.progress().step() == step ? update.progress().percent() : 0;
        return new Progress(step, said.percent().orElse(otherwise));
    }

    private static Progress.Step step(UpdateStatus.Step step) {
        return switch (step) {
            case DOWNLOADING -> Progress.Step.DOWNLOADING;
            case VERIFYING -> Progress.Step.VERIFYING;
            case WRITING -> Progress.Step.WRITING;
            case RESTARTING -> Progress.Step.RESTARTING;
            case ASKING, FAILED, REVERTED, INELIGIBLE ->
                    throw new IllegalArgumentException("no progress: " + step);
        };
    }

    /**
     * Why a status that changes nothing is refused; empty if it was only said again, which a device
     * does that got no acknowledgement.
     */
    static Optional<String> refusal(UpdateStatus.Progress said, DeviceUpdate update) {
        boolean again =
                switch (said.step()) {
                    case ASKING -> update.state() == UpdateState.ASKING;
                    case FAILED, REVERTED -> update.state() == UpdateState.FAILED;
                    case INELIGIBLE -> update.state() == UpdateState.INELIGIBLE;
                    case DOWNLOADING, VERIFYING, WRITING, RESTARTING ->
                            (update.state() == UpdateState.INSTALLING
                                            || update.state() == UpdateState.TRYING)
                                    && told(said, update).equals(update.progress());
                };
        return again
                ? Optional.empty()
                : Optional.of(
                        "the device stands at '%s' in this rollout, from where nothing leads to '%s'"
                                .formatted(update.state().code(), said.step().word()));
    }
}
