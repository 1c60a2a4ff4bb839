/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.Lapse;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device whose certificate ended while it was away. */
final class LapsedRenewalsTest {

    private static final String SERIAL = "tank-1";

    @TempDir Path directory;
    private EnrollmentWorld world;
    private EnrollmentWorld.Enrolled device;
    private final byte[] request = TestRequests.request(TestKeys.p256(), SERIAL);

    @BeforeEach
    void open() throws Exception {
        world = new EnrollmentWorld(directory);
        device = world.enrolled(SERIAL);
        world.clock.advance(Duration.ofDays(40));
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void waitsForAnOperatorAndIsGivenOneCertificateThen() {
        RedemptionId waiting = ((EnrollmentOutcome.Pending) renew(request)).id();
        assertThat(renew(request)).isInstanceOf(EnrollmentOutcome.Pending.class);
        assertThat(world.approvals.pending(world.organization, Optional.empty(), 10))
                .singleElement()
                .satisfies(some -> assertThat(some.code()).isEmpty());
        world.approvals.approve(world.organization, waiting, EnrollmentWorld.OPERATOR);
        EnrollmentOutcome issued = renew(request);
        assertThat(issued).isInstanceOf(EnrollmentOutcome.Issued.class);
        assertThat(renew(request)).isEqualTo(issued);
        assertThat(world.actions())
                .contains("lapsed-renewal.requested", "enrollment.approved", "credential.renewed");
    }

    @Test
    void staysDeniedAndTakesNoOtherKey() {
        RedemptionId waiting = ((EnrollmentOutcome.Pending) renew(request)).id();
        refuses(
                TestRequests.request(TestKeys.p256(), SERIAL),
                RefusalReason.LAPSED_RENEWAL_OTHER_KEY);
        world.approvals.deny(world.organization, waiting, "not ours", EnrollmentWorld.OPERATOR);
        refuses(request, RefusalReason.LAPSED_RENEWAL_DENIED);
    }

    @Test
    void isNoWayForWhoeverIsOffOrWasAwayTooLong() {
        world.change(device, DeviceStatus.SUSPENDED);
        assertThat(lapse()).isEqualTo(new Lapse.NotRenewed(RefusalReason.DEVICE_SUSPENDED));
        world.change(device, DeviceStatus.ACTIVE);
        assertThat(lapse()).isInstanceOf(Lapse.Lapsed.class);
        world.clock.advance(Duration.ofDays(Limit.LAPSED_CERTIFICATE_DAYS.byDefault()));
        assertThat(lapse())
                .isEqualTo(new Lapse.NotRenewed(RefusalReason.CERTIFICATE_LAPSED_TOO_LONG));
    }

    private void refuses(byte[] asked, RefusalReason reason) {
        assertThat(renew(asked)).isEqualTo(new EnrollmentOutcome.Refused(reason));
        assertThat(world.refused(reason)).isEqualTo(1);
        assertThat(world.newestRefusal().details()).containsEntry("reason", reason.code());
    }

    private EnrollmentOutcome renew(byte[] asked) {
        return world.lapsed.renew(((Lapse.Lapsed) lapse()).device(), asked, "192.0.2.7");
    }

    private Lapse lapse() {
        return world.registry.lapsed(device.identity().leaf());
    }
}
