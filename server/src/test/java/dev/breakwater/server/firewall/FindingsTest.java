/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.RecordingSession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the firewall notices about devices, on a real store and a clock of the test's own. */
class FindingsTest {

    private static final String HOME = "192.0.2.7";
    private static final String ELSEWHERE = "198.51.100.9";
    private static final int FAILURES = 4;
    private static final int PEERS = 5;

    private EnrollmentWorld world;
    private Firewall firewall;
    private Enrolled enrolled;
    private AuthenticatedDevice tank;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        world =
                new EnrollmentWorld(
                        directory,
                        Limits.with(
                                Map.of(
                                        Limit.FIREWALL_FAILED_CONNECTS, FAILURES,
                                        Limit.FIREWALL_PEERS_LEAST, PEERS)));
        world.clock.set(Instant.parse("2027-01-10T08:00:00Z"));
        firewall = world.firewall.gate();
        enrolled = world.enrolled("tank-1");
        tank = proven(enrolled);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void noticesANetworkThatADeviceWasNeverSeenIn() {
        connect(HOME);
        connect("192.0.2.200");
        assertThat(findings()).isEmpty();

        connect(ELSEWHERE);
        Finding finding = only(findings());
        assertThat(finding.kind()).isEqualTo(FindingKind.NEW_NETWORK);
        assertThat(finding.subject()).isEqualTo("device:" + tank.id());
        assertThat(finding.device()).contains(tank.id());
        assertThat(finding.evidence())
                .containsOnly(
                        Map.entry("network", "198.51.100.0/24"), Map.entry("source", ELSEWHERE));
        assertThat(finding.state()).isEqualTo(FindingState.OPEN);

        // It is known from now on, whatever becomes of the process's memory.
        connect(ELSEWHERE);
        assertThat(only(findings()).count()).isEqualTo(1);
        Firewall another = new Firewall(world.limits, world.meters, world.clock);
        assertThat(another.connecting(tank, ELSEWHERE)).isEmpty();
        assertThat(another.noticed().takeSightings()).hasSize(1);
        connect("203.0.113.1");
        assertThat(only(findings()).count()).isEqualTo(2);
        assertThat(counted(FindingKind.NEW_NETWORK)).isEqualTo(2);
    }

    /** All of them are stored in one go, and each device's first one is the usual one. */
    @Test
    void takesNetworksInTheOrderInWhichTheyWereSeen() {
        for (int i = 0; i < 12; i++) {
            connect("198.51." + (100 - i) + ".9");
        }
        assertThat(findings())
                .filteredOn(finding -> finding.kind() == FindingKind.NEW_NETWORK)
                .hasSize(1)
                .allMatch(finding -> finding.count() == 11)
                .allMatch(finding -> finding.evidence().containsValue("198.51.89.9"));
    }

    @Test
    void doesNotTakeTheFirstNetworkOfADeviceForNew() {
        connect(ELSEWHERE);
        assertThat(findings()).isEmpty();
    }

    @Test
    void doesNotLetACloneWaitForItsTurn() throws InterruptedException {
        Map<String, String> evidence = Map.of("sign", "answered-after-takeover", "source", HOME);
        firewall.cloned(world.organization, tank.id(), evidence);
        // Without the hurry this would go on until the test's time is over.
        firewall.noticed().awaitHurry(Duration.ofDays(1));

        Finding finding = only(findings());
        assertThat(finding.kind()).isEqualTo(FindingKind.CLONE);
        assertThat(finding.device()).contains(tank.id());
        assertThat(finding.evidence()).isEqualTo(evidence);
        assertThat(counted(FindingKind.CLONE)).isEqualTo(1);
    }

    @Test
    void noticesTwoSourcesInTurn() {
        connect(HOME);
        connect(ELSEWHERE);
        connect(HOME);
        assertThat(findings()).noneMatch(this::isInTurn);
        connect(ELSEWHERE);
        Finding finding = findings().stream().filter(this::isInTurn).findFirst().orElseThrow();
        assertThat(finding.evidence())
                .containsOnly(Map.entry("one", HOME), Map.entry("other", ELSEWHERE));
    }

    @Test
    void takesAMoveOrASlowChangeForNoTurns() {
        connect(HOME);
        connect(ELSEWHERE);
        world.clock.advance(Duration.ofMinutes(6));
        connect(HOME);
        world.clock.advance(Duration.ofMinutes(6));
        connect(ELSEWHERE);
        connect(ELSEWHERE);
        connect(ELSEWHERE);
        connect(HOME);
        assertThat(findings()).noneMatch(this::isInTurn);
    }

    @Test
    void noticesADeviceThatFailsAgainAndAgain() {
        fail(FAILURES - 1);
        world.clock.advance(Duration.ofMinutes(10));
        fail(FAILURES - 1);
        assertThat(findings()).isEmpty();
        fail(2);
        Finding finding = only(findings());
        assertThat(finding.kind()).isEqualTo(FindingKind.FAILED_CONNECTS);
        assertThat(finding.count()).isEqualTo(2);
        assertThat(finding.evidence())
                .containsEntry("last-reason", "certificate-expired")
                .containsEntry("source", ELSEWHERE)
                .containsEntry("failures", "5");
    }

    @Test
    void noticesWhoTellsFarMoreOrFarLessThanItsPeers() {
        List<AuthenticatedDevice> fleet = new ArrayList<>(List.of(tank));
        for (int i = 2; i <= 12; i++) {
            fleet.add(proven(world.enrolled("tank-" + i)));
        }
        for (AuthenticatedDevice device : fleet) {
            assertThat(firewall.connecting(device, HOME)).isEmpty();
            world.sessions.attach(new RecordingSession(device.id(), world.organization));
        }
        nextHour();
        for (int i = 0; i < fleet.size(); i++) {
            tell(fleet.get(i), i == 0 ? 2 : i == 1 ? 400 : 20);
        }
        nextHour();
        List<Finding> findings = findings();
        assertThat(findings)
                .extracting(Finding::kind, Finding::subject)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(
                                FindingKind.SILENT_DEVICE, "device:" + fleet.get(0).id()),
                        org.assertj.core.groups.Tuple.tuple(
                                FindingKind.TALKATIVE_DEVICE, "device:" + fleet.get(1).id()));
        assertThat(findings.getFirst().evidence())
                .containsEntry("median", "20")
                .containsEntry("peers", "12");

        // An hour in which all are alike, and one in which nobody says anything.
        fleet.forEach(device -> tell(device, 20));
        nextHour();
        nextHour();
        assertThat(findings()).hasSize(2).allMatch(finding -> finding.count() == 1);
    }

    @Test
    void comparesNobodyWithTooFewPeers() {
        Enrolled other = world.enrolled("tank-2");
        for (AuthenticatedDevice device : List.of(tank, proven(other))) {
            assertThat(firewall.connecting(device, HOME)).isEmpty();
            world.sessions.attach(new RecordingSession(device.id(), world.organization));
        }
        nextHour();
        tell(tank, 1_000);
        nextHour();
        assertThat(findings()).isEmpty();
    }

    @Test
    void makesAnotherFindingOfWhatWasDismissedAndIsSeenAgain() {
        fail(FAILURES);
        Finding first = only(findings());
        FindingStore.Decision dismissed =
                world.firewall
                        .findings()
                        .dismiss(
                                world.organization,
                                first.id(),
                                "our own test",
                                EnrollmentWorld.OPERATOR);
        assertThat(dismissed).isInstanceOf(FindingStore.Decision.Decided.class);
        assertThat(world.actions().getFirst()).isEqualTo("finding.dismissed");
        fail(1);
        assertThat(findings())
                .extracting(Finding::state)
                .containsExactly(FindingState.OPEN, FindingState.DISMISSED);
    }

    private boolean isInTurn(Finding finding) {
        return finding.kind() == FindingKind.SOURCES_IN_TURN;
    }

    private void connect(String source) {
        assertThat(firewall.connecting(tank, source)).isEmpty();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            firewall.failed(
                    world.organization, tank.id(), ELSEWHERE, RefusalReason.CERTIFICATE_EXPIRED);
        }
    }

    private void tell(AuthenticatedDevice device, int messages) {
        for (int i = 0; i < messages; i++) {
            assertThat(
                            firewall.judge(
                                    device, "me/telemetry", "{}".getBytes(StandardCharsets.UTF_8)))
                    .isEmpty();
        }
    }

    private void nextHour() {
        world.clock.advance(Duration.ofHours(1));
        world.firewall.findings().storeNoticed();
    }

    private List<Finding> findings() {
        world.firewall.findings().storeNoticed();
        return world.firewall
                .findings()
                .find(
                        world.organization,
                        new FindingStore.Filter(
                                Optional.empty(), Optional.empty(), Optional.empty()),
                        Optional.empty(),
                        100);
    }

    private static Finding only(List<Finding> findings) {
        assertThat(findings).hasSize(1);
        return findings.getFirst();
    }

    private double counted(FindingKind kind) {
        return world.meters.get("breakwater.findings").tag("kind", kind.code()).counter().count();
    }

    private AuthenticatedDevice proven(Enrolled device) {
        return ((Admission.Admitted) world.registry.admit(device.identity().leaf())).device();
    }
}
