/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.audit.AuditChain;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * I2 and I3 on a whole server: every device of a connected fleet is revoked through the API, loses
 * its session at once, and does not come back with the TLS session it still has.
 *
 * <p>{@code -Dbreakwater.sessions} says how many devices there are. {@code
 * -Dbreakwater.latencyMillisMax} says within how many milliseconds 99 of 100 sessions must have
 * ended; without it the times are printed only, since this test shares its machine with others.
 * {@code ./build drill revoke} sets both.
 */
@Tag("system")
final class RevokedFleetTest {

    private static final int SESSIONS = Integer.getInteger("breakwater.sessions", 200);
    private static final Duration UNBOUNDED = Duration.ofDays(1);

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void cutsOffEveryDeviceAndKeepsItOut(int operators) throws Exception {
        try (RevocationDrill drill = RevocationDrill.prepare(directory, SESSIONS)) {
            System.out.printf("%d sessions, revoked by %d at a time%n", SESSIONS, operators);
            everySessionEnds(drill.revokeAll(operators));
            assertThat(drill.bystandersAreStillConnected()).isTrue();
            nobodyComesBack(drill.returnOfTheRevoked());
            everybodyElseComesBack(drill.returnOfTheBystanders());
            theRecordsAgree(drill);
        }
    }

    private static void everySessionEnds(List<RevocationDrill.CutOff> all) {
        assertThat(all)
                .hasSize(SESSIONS)
                .allSatisfy(
                        one -> {
                            assertThat(one.farewell()).contains(ReasonCode.ADMINISTRATIVE_ACTION);
                            assertThat(one.answered()).isEqualTo(Operator.Standing.CUT_OFF);
                            assertThat(one.asked()).isEqualTo(Operator.Standing.CUT_OFF);
                        });
        Map<Way.Transport, Latencies> latencies = new EnumMap<>(Way.Transport.class);
        for (Way.Transport transport : Way.Transport.values()) {
            List<Duration> times =
                    all.stream()
                            .filter(one -> one.device().way().transport() == transport)
                            .map(RevocationDrill.CutOff::latency)
                            .toList();
            latencies.put(transport, new Latencies(times));
        }
        // Whoever judges the times has to know what else the machine was doing.
        System.out.printf(
                "  machine: load %.1f on %d processors%n",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.getRuntime().availableProcessors());
        latencies.forEach(
                (transport, times) ->
                        System.out.printf(
                                "  API request to end of stream, %-4s %s%n", transport, times));
        Duration limit =
                Duration.ofMillis(
                        Long.getLong("breakwater.latencyMillisMax", UNBOUNDED.toMillis()));
        assertThat(latencies.values())
                .allSatisfy(
                        times ->
                                assertThat(times.percentile(99))
                                        .as("p99 of %s", times)
                                        .isLessThanOrEqualTo(limit));
    }

    private static void nobodyComesBack(List<RevocationDrill.Return> all) {
        long admitted = all.stream().filter(one -> !one.answer().isFailure()).count();
        for (Way way : Way.ALL) {
            List<RevocationDrill.Return> ofWay =
                    all.stream().filter(one -> one.device().way().equals(way)).toList();
            long resumed = ofWay.stream().filter(RevocationDrill.Return::resumed).count();
            System.out.printf(
                    "  back after revocation, %s: %d of %d TLS sessions resumed%n",
                    way, resumed, ofWay.size());
            assertThat(resumed)
                    .as("inconclusive: TLS sessions resumed by %s", way)
                    .isEqualTo(ofWay.size());
        }
        System.out.printf("  admitted after revocation: %d of %d%n", admitted, all.size());
        assertThat(all)
                .hasSize(SESSIONS)
                .extracting(RevocationDrill.Return::answer)
                .containsOnly(ReasonCode.NOT_AUTHORIZED);
    }

    /** The same resumption brings in whoever was not revoked: it was the revocation that held. */
    private static void everybodyElseComesBack(List<RevocationDrill.Return> bystanders) {
        assertThat(bystanders)
                .hasSize(Way.ALL.size())
                .allSatisfy(
                        one -> {
                            assertThat(one.resumed()).isTrue();
                            assertThat(one.answer()).isEqualTo(ReasonCode.SUCCESS);
                        });
    }

    private static void theRecordsAgree(RevocationDrill drill) {
        assertThat(drill.standingOfTheRevoked()).containsOnly(Operator.Standing.CUT_OFF);
        assertThat(drill.auditedRevocations())
                .hasSize(SESSIONS)
                .allSatisfy((_, times) -> assertThat(times).isOne());
        AuditChain.Verdict chain = drill.auditChain();
        System.out.println("  audit chain: " + chain);
        assertThat(chain).isInstanceOf(AuditChain.Verdict.Intact.class);
    }
}
