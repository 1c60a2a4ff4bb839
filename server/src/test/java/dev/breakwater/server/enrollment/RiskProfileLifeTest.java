/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.RecordingSession;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a product's risk profile means to its devices, from enrollment to renewal. */
class RiskProfileLifeTest {

    @TempDir Path directory;
    private EnrollmentWorld world;

    @BeforeEach
    void open() throws Exception {
        world = new EnrollmentWorld(directory);
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** The server's own policy is 30 days, and no profile goes beyond it. */
    @ParameterizedTest
    @CsvSource({"LOW, 30", "STANDARD, 30", "CRITICAL, 7"})
    void letsCertificatesLiveAsLongAsTheProfileSaysWithinThePolicy(RiskProfile risk, int days) {
        world.changeRisk(risk);
        Enrolled tank = world.enrolled("tank-1", Assurance.HARDWARE_KEY);

        assertThat(life(tank)).isEqualTo(Duration.ofDays(days));
        assertThat(life(world.renewed(tank))).isEqualTo(Duration.ofDays(days));
    }

    @Test
    void renewsByTheProfileOfNowThoughTheDeviceConnectedBefore() {
        Enrolled tank = world.enrolled("tank-1", Assurance.HARDWARE_KEY);
        AuthenticatedDevice connected = admitted(tank);
        world.changeRisk(RiskProfile.CRITICAL);

        byte[] request = TestRequests.request(TestKeys.p256(), "tank-1");
        EnrollmentOutcome outcome = world.renewals.renew(connected, request, "channel");

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        EnrollmentOutcome.Issued.class,
                        issued ->
                                assertThat(issued.certificate().getNotAfter().toInstant())
                                        .isEqualTo(seconds(Duration.ofDays(7))));
    }

    @Test
    void enrollsNobodyBelowTheProfileAndLeavesTheCodeUnused() throws Exception {
        EnrollmentCodes.Creation.Created code = world.code(false, 1, "tank-1");
        world.changeRisk(RiskProfile.CRITICAL);
        byte[] request = TestRequests.request(TestKeys.p256(), "tank-1");

        EnrollmentOutcome outcome =
                world.enrollment.enroll(
                        "tank-1", code.text().reveal(), request, EnrollmentWorld.SOURCE);

        assertThat(outcome)
                .isEqualTo(new EnrollmentOutcome.Refused(RefusalReason.ASSURANCE_TOO_LOW));
        assertThat(world.nextRefusal().details())
                .containsEntry("reason", "assurance-too-low")
                .containsEntry("assurance", "software-key")
                .containsEntry("lowest", "hardware-key");
        assertThat(world.refused(RefusalReason.ASSURANCE_TOO_LOW)).isEqualTo(1);

        world.changeRisk(RiskProfile.STANDARD);
        assertThat(world.enroll("tank-1", code.text().reveal(), request)).isNotNull();
    }

    @Test
    void makesNoCodeThatStatesLessThanTheProfileAsksFor() {
        world.changeRisk(RiskProfile.CRITICAL);
        NewEnrollmentCode soft =
                NewEnrollmentCode.forOne(
                        world.product, new DeviceSerial("tank-1"), Duration.ofDays(1));
        NewEnrollmentCode hard =
                new NewEnrollmentCode(
                        world.product,
                        "",
                        Set.copyOf(soft.serials()),
                        1,
                        Duration.ofDays(1),
                        false,
                        Assurance.HARDWARE_KEY);

        assertThat(world.codes.create(world.organization, soft, EnrollmentWorld.OPERATOR))
                .isEqualTo(new EnrollmentCodes.Creation.AssuranceTooLow(Assurance.HARDWARE_KEY));
        assertThat(world.codes.create(world.organization, hard, EnrollmentWorld.OPERATOR))
                .isInstanceOf(EnrollmentCodes.Creation.Created.class);
    }

    @Test
    void sendsAwayWhoeverHasLessThanTheNewProfileAsksForAndNobodyElse() {
        Enrolled soft = world.enrolled("tank-1");
        Enrolled hard = world.enrolled("tank-2", Assurance.HARDWARE_KEY);
        Enrolled foreign = world.enrolledElsewhere("tank-1");
        RecordingSession softSession = attach(soft);
        RecordingSession hardSession = attach(hard);
        RecordingSession foreignSession = attach(foreign);
        long excluded =
                world.productRisk.excluded(world.organization, world.product, RiskProfile.CRITICAL);

        world.changeRisk(RiskProfile.CRITICAL);

        assertThat(excluded).isEqualTo(1);
        assertThat(softSession.farewells()).containsExactly(FarewellReason.ASSURANCE_TOO_LOW);
        assertThat(hardSession.farewells()).isEmpty();
        assertThat(foreignSession.farewells()).isEmpty();
        assertThat(world.registry.admit(soft.identity().leaf()))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .isEqualTo(RefusalReason.ASSURANCE_TOO_LOW));
        assertThat(world.registry.admit(hard.identity().leaf()))
                .isInstanceOf(Admission.Admitted.class);
        assertThat(world.actions()).contains("product.risk-profile-changed");

        world.changeRisk(RiskProfile.STANDARD);
        assertThat(world.registry.admit(soft.identity().leaf()))
                .isInstanceOf(Admission.Admitted.class);
    }

    /** The look-up of before must not let anybody in. */
    @Test
    void confirmsNoAdmissionFromBeforeTheChange() {
        Enrolled soft = world.enrolled("tank-1");
        AuthenticatedDevice early = admitted(soft);
        world.changeRisk(RiskProfile.CRITICAL);
        assertThat(world.registry.confirm(early)).isFalse();
        assertThat(world.registry.recall(soft.identity().leaf())).isEmpty();
    }

    private AuthenticatedDevice admitted(Enrolled device) {
        return ((Admission.Admitted) world.registry.admit(device.identity().leaf())).device();
    }

    private RecordingSession attach(Enrolled device) {
        RecordingSession session = new RecordingSession(device.id(), device.organization());
        world.sessions.attach(session);
        return session;
    }

    private Duration life(Enrolled device) {
        return Duration.between(
                seconds(Duration.ZERO), device.identity().leaf().getNotAfter().toInstant());
    }

    /** A certificate counts in seconds. */
    private Instant seconds(Duration ahead) {
        return Instant.ofEpochSecond(world.clock.instant().plus(ahead).getEpochSecond());
    }
}
