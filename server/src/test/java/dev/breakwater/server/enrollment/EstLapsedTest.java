/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static dev.breakwater.server.enrollment.EstRequests.PKCS10;
import static dev.breakwater.server.enrollment.EstRequests.base64;
import static dev.breakwater.server.enrollment.EstRequests.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A device whose certificate ended while it was away, over real TLS on the devices' port. */
final class EstLapsedTest {

    private static final String SERIAL = "tank-1";
    private static final int LAPSED_DAYS_MAX = 20;
    private static final int RETRY_SECONDS = 40;
    private static final Duration LIFE = Duration.ofDays(31);

    @TempDir Path directory;
    private EnrollmentWorld world;
    private SetupScene scene;
    private Enrolled device;
    private final byte[] request = TestRequests.request(TestKeys.p256(), SERIAL);

    @BeforeEach
    void open() throws Exception {
        world =
                new EnrollmentWorld(
                        directory,
                        Limits.with(
                                Map.of(
                                        Limit.LAPSED_CERTIFICATE_DAYS, LAPSED_DAYS_MAX,
                                        Limit.ENROLLMENT_RETRY_SECONDS, RETRY_SECONDS)));
        scene = new SetupScene(world);
        device = world.enrolled(SERIAL);
        world.clock.advance(LIFE);
    }

    @AfterEach
    void close() {
        scene.close();
        world.close();
    }

    @Test
    void isToldToComeAgainUntilSomebodyApproves() throws Exception {
        for (int i = 0; i < 2; i++) {
            Raw told = renew(request);
            assertThat(told.status()).isEqualTo(202);
            assertThat(told.head()).contains("Retry-After: " + RETRY_SECONDS + "\r\n");
        }
        world.approvals.approve(
                world.organization, waiting().getFirst().id(), EnrollmentWorld.OPERATOR);

        Raw issued = renew(request);

        assertThat(issued.status()).isEqualTo(200);
        assertThat(issued.head()).contains("smime-type=certs-only");
        // The answer got lost.
        assertThat(renew(request).body()).isEqualTo(issued.body());
        assertThat(world.credentials.ofDevice(world.organization, device.id())).hasSize(2);
        assertThat(world.hasNoMoreRefusals()).isTrue();
    }

    @Test
    void staysDenied() throws Exception {
        assertThat(renew(request).status()).isEqualTo(202);
        world.approvals.deny(
                world.organization,
                waiting().getFirst().id(),
                "not ours",
                EnrollmentWorld.OPERATOR);
        refuses(request, RefusalReason.LAPSED_RENEWAL_DENIED);
        refuses(request, RefusalReason.LAPSED_RENEWAL_DENIED);
        refuses(otherRequest(), RefusalReason.LAPSED_RENEWAL_OTHER_KEY);
        assertThat(waiting()).isEmpty();
        assertThat(world.credentials.ofDevice(world.organization, device.id())).hasSize(1);
    }

    /** An operator has seen the first key: nobody slips another one in before or after. */
    @Test
    void takesNoOtherKeyThanTheOneThatWaits() throws Exception {
        assertThat(renew(request).status()).isEqualTo(202);
        refuses(otherRequest(), RefusalReason.LAPSED_RENEWAL_OTHER_KEY);
        world.approvals.approve(
                world.organization, waiting().getFirst().id(), EnrollmentWorld.OPERATOR);
        refuses(otherRequest(), RefusalReason.LAPSED_RENEWAL_OTHER_KEY);
        assertThat(renew(request).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "REVOKED, DEVICE_REVOKED",
        "SUSPENDED, DEVICE_SUSPENDED",
        "QUARANTINED, DEVICE_QUARANTINED"
    })
    void isNoWayForADeviceThatIsOff(DeviceStatus off, RefusalReason reason) throws Exception {
        assertThat(renew(request).status()).isEqualTo(202);
        RedemptionId waiting = waiting().getFirst().id();
        world.change(device, off);
        refuses(request, reason);
        // Not even for one that was approved meanwhile.
        world.approvals.approve(world.organization, waiting, EnrollmentWorld.OPERATOR);
        refuses(request, reason);
        assertThat(world.credentials.ofDevice(world.organization, device.id())).hasSize(1);
    }

    @Test
    void endsAfterSoManyDays() throws Exception {
        world.clock.advance(Duration.ofDays(LAPSED_DAYS_MAX - 2));
        assertThat(renew(request).status()).isEqualTo(202);
        world.approvals.approve(
                world.organization, waiting().getFirst().id(), EnrollmentWorld.OPERATOR);
        world.clock.advance(Duration.ofDays(2));
        refuses(request, RefusalReason.CERTIFICATE_LAPSED_TOO_LONG);
    }

    private List<WaitingEnrollment> waiting() {
        return world.approvals.pending(world.organization, Optional.empty(), 10);
    }

    private static byte[] otherRequest() {
        return TestRequests.request(TestKeys.p256(), SERIAL);
    }

    private Raw renew(byte[] asked) throws Exception {
        return scene.raw(
                post("simplereenroll", PKCS10, "", base64(asked)), Optional.of(device.identity()));
    }

    private void refuses(byte[] asked, RefusalReason reason) throws Exception {
        double before = world.refused(reason);
        Raw answer = renew(asked);
        assertThat(answer.status()).as(answer.body()).isEqualTo(403);
        assertThat(answer.body()).isEqualTo("Not authorized.\n");
        assertThat(world.newestRefusal().details())
                .containsEntry("reason", reason.code())
                .containsEntry("device", device.id().toString())
                .containsEntry("source", "127.0.0.1");
        assertThat(world.refused(reason)).isEqualTo(before + 1);
    }
}
