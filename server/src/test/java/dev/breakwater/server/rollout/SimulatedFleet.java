/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.TimeOrderedUuid;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.ReleaseHash;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * A fleet whose devices answer, go off, fail and brick as a seed wants, and the rollout that meets
 * it. Nothing here waits: time is that of the next thing to happen.
 */
final class SimulatedFleet {

    /** The bytes of the release. */
    static final ReleaseHash RELEASE = new ReleaseHash("a".repeat(64));

    private static final ReleaseHash BEFORE = new ReleaseHash("b".repeat(64));
    private static final Duration ANSWER = Duration.ofMinutes(10);
    private static final Instant START = Instant.parse("2026-12-01T00:00:00Z");

    /**
     * How a device behaves, drawn when it is made.
     *
     * @param bricks it begins and is never heard of again
     * @param reverts it goes back to what it ran
     * @param off it is not connected until then
     */
    private record Nature(String hardware, boolean bricks, boolean reverts, Instant off) {}

    /**
     * Chances, in thousandths.
     *
     * @param second of a device to be of the second revision
     * @param bricks of a device of the second revision to brick
     * @param reverts of any device to revert
     */
    record Chances(int second, int bricks, int reverts) {}

    private record Happening(Instant at, long order, Runnable what) {}

    private final Random random;
    private final Map<DeviceId, Nature> natures = new LinkedHashMap<>();
    private final Map<DeviceId, DeviceUpdate> updates = new LinkedHashMap<>();
    private final Map<DeviceId, Integer> installations = new HashMap<>();
    private final PriorityQueue<Happening> happenings =
            new PriorityQueue<>(
                    Comparator.comparing(Happening::at).thenComparingLong(Happening::order));
    private final Set<DeviceId> offerable = new LinkedHashSet<>();
    private final List<String> story = new ArrayList<>();
    private final List<Tally> waves = new ArrayList<>();
    private Rollout rollout;
    private Instant now = START;
    private long happened;
    private int everOffered;

    SimulatedFleet(long seed, int devices, Chances chances, RolloutPlan plan) {
        this.random = new Random(seed);
        List<WaveOrder.Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < devices; i++) {
            DeviceId device = new DeviceId(id());
            boolean second = random.nextInt(1_000) < chances.second();
            Nature nature =
                    new Nature(
                            second ? "rev-2" : "rev-1",
                            second && random.nextInt(1_000) < chances.bricks(),
                            random.nextInt(1_000) < chances.reverts(),
                            START.plusSeconds(
                                    random.nextInt(10) == 0 ? random.nextInt(500_000) : 0));
            natures.put(device, nature);
            candidates.add(new WaveOrder.Candidate(device, nature.hardware()));
        }
        RolloutId rolloutId = new RolloutId(id());
        this.rollout =
                Rollout.propose(
                        rolloutId,
                        new OrganizationId(id()),
                        new ProductId(id()),
                        RELEASE,
                        plan,
                        Approvals.proposedBy(new MemberId(id()), Approvals.ONE_PERSON));
        for (DeviceUpdate place : new WaveOrder(rolloutId).places(candidates, plan.waves())) {
            updates.put(place.device(), place);
            while (waves.size() <= place.wave()) {
                waves.add(Tally.NONE);
            }
            waves.set(place.wave(), waves.get(place.wave()).plus(Tally.of(place)));
        }
    }

    private UUID id() {
        // As time-ordered ids are made: version and variant in their places.
        long high = (random.nextLong() & 0x0000_FFFF_FFFF_0FFFL) | 0x019B_0000_0000_7000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return TimeOrderedUuid.parse(new UUID(high, low).toString(), "id");
    }

    /** Lets it happen until the rollout ends, pauses, or so much time has passed. */
    SimulatedFleet run(Duration atMost) {
        beginWave(0);
        Instant end = START.plus(atMost);
        while (!happenings.isEmpty() && rollout.state() == RolloutState.RUNNING) {
            Happening next = happenings.remove();
            if (next.at().isAfter(end)) {
                break;
            }
            now = next.at();
            next.what().run();
            decide();
        }
        return this;
    }

    /** Those of the wave that are on may be told; the others when they come on. */
    private void beginWave(int wave) {
        for (DeviceUpdate update : updates.values()) {
            if (update.wave() == wave) {
                Instant on = nature(update.device()).off();
                at(on.isAfter(now) ? on : now, () -> offerable.add(update.device()));
            }
        }
    }

    private void overdue(DeviceId device) {
        update(device).overdue(now, now.plus(rollout.plan().retryAfter())).ifPresent(this::store);
    }

    private void decide() {
        Decision decision;
        do {
            Tally soFar = Tally.NONE;
            for (int wave = 0; wave <= rollout.wave(); wave++) {
                soFar = soFar.plus(waves.get(wave));
            }
            decision =
                    rollout.plan()
                            .next(
                                    new RolloutPlan.Standing(
                                            rollout.wave(),
                                            rollout.soaksUntil(),
                                            waves.get(rollout.wave()),
                                            soFar),
                                    now);
            if (decision instanceof Decision.Offer(int more)) {
                offer(more);
            }
            if (decision instanceof Decision.Soak(Instant until)) {
                at(until, () -> {});
            }
            if (decision instanceof Decision.NextWave(int wave)) {
                beginWave(wave);
            }
            rollout = rollout.after(decision).map(this::told).orElse(rollout);
        } while (decision instanceof Decision.NextWave);
    }

    private Rollout told(Rollout next) {
        story.add(
                now + " " + next.state().code() + " wave " + next.wave() + " " + next.pausedFor());
        return next;
    }

    private void offer(int most) {
        int left = most;
        Iterator<DeviceId> next = offerable.iterator();
        while (left > 0 && next.hasNext()) {
            DeviceUpdate update = update(next.next());
            next.remove();
            Optional<DeviceUpdate> offered =
                    update.offered(rollout.plan().attemptsMax(), now, now.plus(ANSWER));
            if (offered.isPresent()) {
                everOffered += update.attempts() == 0 ? 1 : 0;
                store(offered.get());
                begin(update.device(), nature(update.device()));
                left--;
            }
        }
    }

    private void begin(DeviceId device, Nature nature) {
        Duration lease = rollout.plan().lease();
        Instant begun = now.plusSeconds(1 + random.nextInt(30));
        Instant restarting = begun.plusSeconds(60 + random.nextInt(600));
        Instant back = restarting.plusSeconds(20 + random.nextInt(100));
        at(
                begun,
                () ->
                        update(device)
                                .progressed(step(Progress.Step.DOWNLOADING), now, lease)
                                .ifPresent(this::store));
        at(
                restarting,
                () ->
                        update(device)
                                .progressed(step(Progress.Step.RESTARTING), now, lease)
                                .ifPresent(this::store));
        if (nature.bricks()) {
            return;
        }
        at(
                back,
                () -> {
                    ReleaseHash running = nature.reverts() ? BEFORE : RELEASE;
                    update(device)
                            .runs(RELEASE, running, true, now.plus(rollout.plan().retryAfter()))
                            .ifPresent(
                                    after -> {
                                        store(after);
                                        if (after.state() == UpdateState.CONFIRMED) {
                                            installations.merge(device, 1, Integer::sum);
                                        }
                                    });
                });
    }

    private static Progress step(Progress.Step step) {
        return new Progress(step, 0);
    }

    private void at(Instant time, Runnable what) {
        happenings.add(new Happening(time, happened++, what));
    }

    private void store(DeviceUpdate after) {
        DeviceUpdate before = updates.put(after.device(), after);
        if (before == null) {
            throw new IllegalStateException("a device has its place from the start");
        }
        after.until().ifPresent(time -> at(time, () -> overdue(after.device())));
        if (after.mayBeOffered(rollout.plan().attemptsMax(), after.until().orElse(now))) {
            at(after.until().orElse(now), () -> offerable.add(after.device()));
        }
        waves.set(
                after.wave(),
                waves.get(after.wave()).minus(Tally.of(before)).plus(Tally.of(after)));
    }

    private DeviceUpdate update(DeviceId device) {
        return Objects.requireNonNull(updates.get(device));
    }

    private Nature nature(DeviceId device) {
        return Objects.requireNonNull(natures.get(device));
    }

    Rollout rollout() {
        return rollout;
    }

    /** How many were ever told of the release. */
    int everOffered() {
        return everOffered;
    }

    /** What the rollout did, with times. */
    List<String> story() {
        return story;
    }

    /** How often each device came to run the release. */
    Map<DeviceId, Integer> installations() {
        return installations;
    }

    /** All devices, counted anew. */
    Tally counted() {
        return Tally.of(updates.values());
    }

    /** All devices, as they were counted one change at a time. */
    Tally kept() {
        return waves.stream().reduce(Tally.NONE, Tally::plus);
    }

    /** Those of the first wave by revision. */
    long inFirstWave(String hardware) {
        return updates.values().stream()
                .filter(update -> update.wave() == 0)
                .filter(update -> nature(update.device()).hardware().equals(hardware))
                .count();
    }
}
