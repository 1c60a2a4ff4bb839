/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.audit.AuditChain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet is updated in waves while the server is killed again and again: no device is updated
 * twice, none is forgotten, and the server spends little on each.
 *
 * <p>{@code -Dbreakwater.devices} says how many devices, {@code -Dbreakwater.kills} how many kills,
 * {@code -Dbreakwater.seed} at which moments; {@code -Dbreakwater.cpuMillisMax} is what a device
 * may cost. {@code ./build drill rollout} does it with 10,000 and 50.
 */
@Tag("system")
final class KilledRolloutTest {

    private static final int DEVICES = Integer.getInteger("breakwater.devices", 300);
    private static final int KILLS = Integer.getInteger("breakwater.kills", 5);

    /** A short run pays for each start's cold code with few devices: it is held to no more. */
    private static final double CPU_MS_MAX = Integer.getInteger("breakwater.cpuMillisMax", 200);

    /** Nothing has happened for so long: what there was to do is done, and others come on. */
    private static final Duration QUIET = Duration.ofSeconds(5);

    /** In the last life there is always something to do, until there is nothing at all. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final RolloutPlan PLAN =
            new RolloutPlan(
                    List.of(
                            new Wave(new Wave.Part(Share.percent(5)), Duration.ZERO),
                            new Wave(new Wave.Part(Share.percent(25)), Duration.ZERO),
                            new Wave(new Wave.Part(Share.ALL), Duration.ZERO)),
                    Gate.USUAL,
                    20,
                    1_000,
                    3,
                    Duration.ofHours(2),
                    Duration.ofHours(2));

    @TempDir Path data;
    private final List<RolloutProcess.Cpu> lives = new ArrayList<>();

    @Test
    void updatesEveryDeviceOnceHoweverOftenTheServerIsKilled() throws Exception {
        long seed = Long.getLong("breakwater.seed", System.nanoTime());
        System.out.println("KilledRolloutTest seed " + seed);
        RolloutsOnDisk.Made made;
        try (RolloutsOnDisk disk = new RolloutsOnDisk(data)) {
            made = disk.make(DEVICES, PLAN);
        }
        PlayedFleet fleet = new PlayedFleet(seed, made.release(), made.devices(), KILLS);
        int[] killAt = new Random(seed).ints(KILLS, 0, DEVICES * 95 / 100).sorted().toArray();
        for (int life = 0; life <= KILLS; life++) {
            RolloutProcess server = new RolloutProcess(data, made);
            fleet.meet(server, life);
            if (life < KILLS) {
                live(server, fleet, killAt[life], QUIET);
            } else {
                live(server, fleet, Integer.MAX_VALUE, PATIENCE);
            }
            lives.add(server.cpu());
            fleet.lose(server.kill());
            if (life % 10 == 9) {
                System.out.println(
                        "%d kills: %,d of %,d installed"
                                .formatted(life + 1, fleet.installed(), DEVICES));
            }
        }
        try (RolloutsOnDisk disk = new RolloutsOnDisk(data)) {
            verify(disk, made, fleet, seed);
        }
    }

    /** Until so many have installed and a little more was heard, or nothing is left to do. */
    private static void live(
            RolloutProcess server, PlayedFleet fleet, int installed, Duration quietMax)
            throws InterruptedException {
        long heardAt = System.nanoTime();
        int more = installed % 40;
        while (fleet.settled() < DEVICES) {
            Duration idle = fleet.pass().orElse(quietMax);
            Optional<String> line = server.next(idle.compareTo(quietMax) < 0 ? idle : quietMax);
            if (line.isPresent()) {
                heardAt = System.nanoTime();
                fleet.heard(line.get());
                if (fleet.installed() >= installed && more-- <= 0) {
                    return;
                }
            } else if (System.nanoTime() - heardAt > quietMax.toNanos()) {
                return;
            }
        }
    }

    private static <K> Map<K, Long> counted(List<DevicePlace> places, Function<DevicePlace, K> by) {
        return places.stream().collect(Collectors.groupingBy(by, Collectors.counting()));
    }

    private void verify(
            RolloutsOnDisk disk, RolloutsOnDisk.Made made, PlayedFleet fleet, long seed) {
        RolloutStore store = disk.store();
        List<DevicePlace> places =
                store.places(
                        made.organization(), made.rollout(), Optional.empty(), -1, DEVICES + 1);
        Map<UpdateState, Long> states = counted(places, place -> place.update().state());
        Map<Integer, Long> attempts = counted(places, place -> place.update().attempts());
        double each = millisEach(lives.stream().map(KilledRolloutTest::serving).toList());
        double withStarts = millisEach(lives.stream().map(RolloutProcess.Cpu::whole).toList());
        System.out.println(
                ("%,d devices, %d kills: states %s, attempts %s, installations per device %s;"
                                + " %d offers of what ran already, %d restarts unannounced, %d of"
                                + " devices that had said nothing before, %d refusals; CPU of the server per device %.2f ms, %.2f ms with"
                                + " its %d starts")
                        .formatted(
                                DEVICES,
                                KILLS,
                                states,
                                attempts,
                                fleet.installations(),
                                fleet.offeredWhatRuns(),
                                fleet.unheard(),
                                fleet.unknown(),
                                fleet.refusals().size(),
                                each,
                                withStarts,
                                lives.size()));

        SoftAssertions softly = new SoftAssertions();
        String run = "seed " + seed;
        softly.assertThat(fleet.installations()).as(run).isEqualTo(Map.of(1, (long) DEVICES));
        // Who installed it while the server was off, and could say nothing in time, is confirmed as
        // all others are, in one attempt; but for those of whom nobody knew what they ran before.
        long unproven = states.getOrDefault(UpdateState.INELIGIBLE, 0L);
        softly.assertThat(unproven).as(run).isLessThanOrEqualTo(fleet.unknown());
        softly.assertThat(attempts.getOrDefault(1, 0L)).as(run).isEqualTo(DEVICES - unproven);
        softly.assertThat(states.getOrDefault(UpdateState.CONFIRMED, 0L))
                .as(run)
                .isEqualTo(DEVICES - unproven);
        softly.assertThat(
                        store.find(made.organization(), made.rollout())
                                .orElseThrow()
                                .rollout()
                                .state())
                .as(run)
                .isEqualTo(RolloutState.COMPLETED);
        softly.assertThat(
                        store.tallies(made.organization(), made.rollout()).stream()
                                .reduce(Tally.NONE, Tally::plus))
                .as(run)
                .isEqualTo(Tally.of(places.stream().map(DevicePlace::update).toList()));
        softly.assertThat(disk.auditLog()).as(run).isInstanceOf(AuditChain.Verdict.Intact.class);
        softly.assertThat(each).as("CPU of the server per device, ms").isLessThan(CPU_MS_MAX);
        softly.assertAll();
        // Kills in which nothing was at stake prove nothing.
        assertThat(fleet.acknowledged()).as(run).isGreaterThan(5 * DEVICES);
        assertThat(lives).hasSize(KILLS + 1);
    }

    private static Duration serving(RolloutProcess.Cpu life) {
        return life.whole().minus(life.start());
    }

    private static double millisEach(List<Duration> times) {
        return times.stream().mapToLong(Duration::toNanos).sum() / 1e6 / DEVICES;
    }
}
