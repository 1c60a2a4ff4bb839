/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.release.ReleaseHash;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What follows for a device's newest place from what it says it runs: the only thing that confirms.
 *
 * @param said what it says now
 */
public record RunningStep(RunningFirmware said) {

    /** Stands for what a device left the factory with: the hash of no artifact. */
    private static final ReleaseHash FACTORY = new ReleaseHash("0".repeat(64));

    /** Whether it says that it runs the release of this rollout. */
    public boolean namesThe(Rollout rollout) {
        return said.hash().equals(Optional.of(rollout.release()));
    }

    /**
     * Why it cannot be true: who has installed the release says of it what was signed. Whoever says
     * otherwise has made the hash up, or has it from somebody else.
     *
     * @param hardwareIds on which the release runs; empty if that is not known here
     */
    public Optional<String> contradiction(RolloutEntry entry, List<String> hardwareIds) {
        if (!namesThe(entry.rollout())) {
            return Optional.empty();
        }
        if (said.counter() != entry.release().counter()
                || !said.version().equals(entry.release().version())) {
            return Optional.of(
                    "what the device says it runs is version %s with counter %d, not %s with %d"
                            .formatted(
                                    entry.release().version(),
                                    entry.release().counter(),
                                    said.version(),
                                    said.counter()));
        }
        return hardwareIds.isEmpty() || hardwareIds.contains(said.hardware())
                ? Optional.empty()
                : Optional.of(
                        "what the device says it runs is not for the hardware %s that it says it is"
                                .formatted(said.hardware()));
    }

    /**
     * Where the place stands after it; empty if it changes nothing.
     *
     * @param ranBefore what the device said before; empty if it never said
     */
    public Optional<DevicePlace> from(
            RolloutEntry entry, DevicePlace before, Optional<RunningFirmware> ranBefore) {
        Rollout rollout = entry.rollout();
        Instant now = said.saidAt();
        Instant retryAt = now.plus(rollout.plan().retryAfter());
        boolean isNew =
                namesThe(rollout)
                        && ranBefore
                                .filter(earlier -> !earlier.hash().equals(said.hash()))
                                .isPresent();
        Optional<DeviceUpdate> begun =
                isNew
                        ? before.update().begunUnheard(now, rollout.plan().lease())
                        : Optional.empty();
        return begun.orElse(before.update())
                .runs(rollout.release(), said.hash().orElse(FACTORY), said.healthy(), retryAt)
                .or(() -> begun)
                .or(() -> relapse(entry, before, retryAt))
                .map(before::after);
    }

    /** It had confirmed, and while the rollout goes on it is not well, or back where it was. */
    private Optional<DeviceUpdate> relapse(
            RolloutEntry entry, DevicePlace before, Instant retryAt) {
        Rollout rollout = entry.rollout();
        boolean goesOn =
                rollout.state() == RolloutState.RUNNING || rollout.state() == RolloutState.PAUSED;
        boolean isNewer = said.counter() > entry.release().counter();
        boolean isWell = namesThe(rollout) && said.healthy();
        return goesOn && !isNewer && !isWell
                ? before.update()
                        .failed(Failure.RELAPSED, retryAt)
                        .filter(_ -> before.update().state() == UpdateState.CONFIRMED)
                : Optional.empty();
    }
}
