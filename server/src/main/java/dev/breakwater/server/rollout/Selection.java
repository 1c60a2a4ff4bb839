/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.release.Release;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who of a product's devices a rollout would reach, and why the others are not among them. It goes
 * by what devices said of themselves, which is good for not bothering them; what is right for a
 * device it finds out itself, from what was signed.
 */
public final class Selection {

    /** Why a device is not among them. */
    public enum Exclusion {
        /** It is suspended, quarantined or revoked. */
        NOT_ACTIVE("it is suspended, quarantined or revoked"),
        /** The target lists serials, and its own is not among them. */
        NOT_LISTED("the target does not list its serial"),
        /** The target lists versions, and it last said that it runs another, or never said. */
        OTHER_VERSION("it runs none of the versions that the target lists"),
        /** It does not have the tags that the target asks for. */
        NOT_TAGGED("it is not tagged"),
        /** Another rollout has not ended for it. */
        BUSY("another rollout has not ended for it"),
        /** It says that it runs a release as new or newer. */
        AS_NEW("it runs a release that is as new"),
        /** It says that it is hardware for which the release is not. */
        OTHER_HARDWARE("the release is not for its hardware"),
        /** It says that it runs something from which the release may not be reached at once. */
        TOO_OLD("it runs a version over which the release may not be installed"),
        /** The lot did not fall on it. */
        NOT_DRAWN("the lot did not fall on it");

        private final String words;

        Exclusion(String words) {
            this.words = words;
        }

        /** The reason as a part of a sentence, where it keeps a device out of this target. */
        public String words(RolloutTarget target) {
            return this == NOT_TAGGED ? words + " " + target.tags().words() : words;
        }

        /** The name in the API, e.g. {@code as-new}. */
        public String code() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    private final Release release;
    private final RolloutTarget target;
    private final List<WaveOrder.Candidate> chosen = new ArrayList<>();
    private final Map<DeviceId, Device> devices = new java.util.HashMap<>();
    private final Map<Exclusion, List<Device>> excluded = new EnumMap<>(Exclusion.class);

    /** Of nobody yet. */
    Selection(Release release, RolloutTarget target) {
        this.release = release;
        this.target = target;
    }

    /** Looks at one device. */
    void consider(Candidate candidate) {
        Device device = candidate.device();
        Optional<Exclusion> why = exclusion(candidate);
        if (why.isPresent()) {
            excluded.computeIfAbsent(why.get(), _ -> new ArrayList<>()).add(device);
            return;
        }
        devices.put(device.id(), device);
        chosen.add(
                new WaveOrder.Candidate(
                        device.id(),
                        candidate.running().map(RunningFirmware::hardware).orElse("")));
    }

    private Optional<Exclusion> exclusion(Candidate candidate) {
        Device device = candidate.device();
        if (device.status() != DeviceStatus.ACTIVE) {
            return Optional.of(Exclusion.NOT_ACTIVE);
        }
        Optional<Exclusion> notTargeted = notTargeted(candidate);
        if (notTargeted.isPresent()) {
            return notTargeted;
        }
        if (candidate.busyWith().isPresent()) {
            return Optional.of(Exclusion.BUSY);
        }
        return candidate.running().flatMap(this::unfit);
    }

    private Optional<Exclusion> notTargeted(Candidate candidate) {
        if (!target.serials().isEmpty()
                && !target.serials().contains(candidate.device().serial())) {
            return Optional.of(Exclusion.NOT_LISTED);
        }
        if (!target.versions().isEmpty()
                && candidate
                        .running()
                        .map(RunningFirmware::version)
                        .filter(target.versions()::contains)
                        .isEmpty()) {
            return Optional.of(Exclusion.OTHER_VERSION);
        }
        return target.tags().isMetBy(candidate.tags())
                ? Optional.empty()
                : Optional.of(Exclusion.NOT_TAGGED);
    }

    private Optional<Exclusion> unfit(RunningFirmware running) {
        ReleaseDescription description = release.description();
        if (running.counter() >= description.releaseCounter()
                || running.hash().equals(Optional.of(release.hash()))) {
            return Optional.of(Exclusion.AS_NEW);
        }
        if (!description.hardwareIds().contains(running.hardware())) {
            return Optional.of(Exclusion.OTHER_HARDWARE);
        }
        return description
                .minFromVersion()
                .filter(from -> new ReleaseVersion(running.version()).compareTo(from) < 0)
                .map(_ -> Exclusion.TOO_OLD);
    }

    /** The places of those who are chosen, in the order of this rollout. */
    List<DeviceUpdate> places(RolloutId rollout, RolloutPlan plan) {
        WaveOrder order = new WaveOrder(rollout);
        List<DeviceUpdate> all = order.places(chosen, plan.waves());
        if (target.percent().isEmpty()) {
            return all;
        }
        Share share = target.percent().get();
        Set<DeviceId> drawn = new HashSet<>();
        all.subList(0, share.of(all.size())).forEach(place -> drawn.add(place.device()));
        all.stream()
                .skip(drawn.size())
                .map(place -> devices.get(place.device()))
                .forEach(
                        device ->
                                excluded.computeIfAbsent(
                                                Exclusion.NOT_DRAWN, _ -> new ArrayList<>())
                                        .add(device));
        return order.places(
                chosen.stream().filter(candidate -> drawn.contains(candidate.device())).toList(),
                plan.waves());
    }

    /** One of those considered and chosen. */
    Device device(DeviceId id) {
        return java.util.Objects.requireNonNull(devices.get(id));
    }

    /** Those who are not among them, by reason. */
    Map<Exclusion, List<Device>> excluded() {
        return excluded;
    }
}
