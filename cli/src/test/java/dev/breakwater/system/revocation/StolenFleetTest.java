/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.ReasonCode;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every device of a connected fleet is reported stolen by its owner, loses its session at once, and
 * does not come back. Sizes and limits are set as for {@link RevokedFleetTest}.
 */
@Tag("system")
final class StolenFleetTest {

    private static final int SESSIONS = Integer.getInteger("breakwater.sessions", 200);
    private static final Duration UNBOUNDED = Duration.ofDays(1);

    @TempDir Path directory;

    @Test
    void isCutOffByItsOwnersReportsAndKeptOut() throws Exception {
        try (RevocationDrill drill = RevocationDrill.prepare(directory, SESSIONS)) {
            List<RevocationDrill.CutOff> all = drill.reportAllStolen();
            assertThat(all)
                    .hasSize(SESSIONS)
                    .allSatisfy(
                            one -> {
                                assertThat(one.farewell())
                                        .contains(ReasonCode.ADMINISTRATIVE_ACTION);
                                assertThat(one.asked()).isEqualTo(Operator.Standing.SUSPENDED);
                            });
            isFastEnough(new Latencies(all.stream().map(RevocationDrill.CutOff::latency).toList()));
            assertThat(drill.bystandersAreStillConnected()).isTrue();
            assertThat(drill.returnOfTheRevoked())
                    .hasSize(SESSIONS)
                    .extracting(RevocationDrill.Return::answer)
                    .containsOnly(ReasonCode.NOT_AUTHORIZED);
            assertThat(drill.returnOfTheBystanders())
                    .extracting(RevocationDrill.Return::answer)
                    .containsOnly(ReasonCode.SUCCESS);
        }
    }

    private static void isFastEnough(Latencies times) {
        // Whoever judges the times has to know what else the machine was doing.
        System.out.printf(
                "theft report to end of stream, %s; machine: load %.1f on %d processors%n",
                times,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.getRuntime().availableProcessors());
        Duration limit =
                Duration.ofMillis(
                        Long.getLong("breakwater.latencyMillisMax", UNBOUNDED.toMillis()));
        assertThat(times.percentile(99)).as("p99 of %s", times).isLessThanOrEqualTo(limit);
    }
}
