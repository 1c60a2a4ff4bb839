/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RenewalsTest {

    private static final String SERIAL = "tank-1";

    @TempDir Path directory;
    private EnrollmentWorld world;
    private final KeyPair keys = TestKeys.p256();
    private X509Certificate current;

    @BeforeEach
    void enroll() throws Exception {
        world = new EnrollmentWorld(directory);
        current = world.enroll(SERIAL, world.codeFor(SERIAL), TestRequests.request(keys, SERIAL));
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void renewsWithTheSameKey() {
        X509Certificate next = renew(current, TestRequests.request(keys, SERIAL));

        assertThat(next).isNotEqualTo(current);
        assertThat(next.getPublicKey()).isEqualTo(current.getPublicKey());
        assertThat(admitted(next).credential().generation()).isEqualTo(2);
    }

    @Test
    void rekeysWithANewKeyAndTheSameNames() throws Exception {
        KeyPair newKeys = TestKeys.p256();

        X509Certificate next =
                renew(current, TestRequests.withUri(newKeys, SERIAL, admitted(current).id().urn()));

        assertThat(next.getPublicKey()).isEqualTo(newKeys.getPublic());
        assertThat(next.getSubjectX500Principal()).isEqualTo(current.getSubjectX500Principal());
        assertThat(next.getSubjectAlternativeNames())
                .containsExactlyElementsOf(current.getSubjectAlternativeNames());
    }

    @Test
    void keepsTheOldCertificateUntilTheNewOneHasConnected() {
        X509Certificate next = renew(current, TestRequests.request(TestKeys.p256(), SERIAL));
        assertThat(world.registry.admit(current)).isInstanceOf(Admission.Admitted.class);

        assertThat(world.registry.confirm(admitted(next))).isTrue();

        assertThat(world.registry.admit(current))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .isEqualTo(RefusalReason.CERTIFICATE_SUPERSEDED));
        assertThat(world.registry.admit(next))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .isEqualTo(RefusalReason.DEVICE_QUARANTINED));
    }

    @ParameterizedTest
    @EnumSource(FallibleLedger.Step.class)
    void answersARetryAfterACrashWithOneSuccessor(FallibleLedger.Step step) {
        byte[] request = TestRequests.request(TestKeys.p256(), SERIAL);
        world.ledger.failOnceAt(step);
        assertThat(world.renewals.renew(admitted(current), request, "est"))
                .isEqualTo(new EnrollmentOutcome.Refused(RefusalReason.STORAGE_UNAVAILABLE));

        X509Certificate next = renew(current, request);

        assertThat(renew(current, request)).isEqualTo(next);
        assertThat(world.credentials.ofDevice(world.organization, admitted(current).id()))
                .hasSize(2);
    }

    @Test
    void refusesOtherNames() {
        refused(
                TestRequests.request(TestKeys.p256(), "tank-2"),
                RefusalReason.CERTIFICATE_REQUEST_NAME_REFUSED);
        refused(
                TestRequests.withDnsName(TestKeys.p256(), SERIAL, "admin.example"),
                RefusalReason.CERTIFICATE_REQUEST_NAME_REFUSED);
    }

    @Test
    void refusesAKeyOfAnotherDevice() {
        KeyPair others = TestKeys.p256();
        world.enroll("tank-2", world.codeFor("tank-2"), TestRequests.request(others, "tank-2"));

        refused(TestRequests.request(others, SERIAL), RefusalReason.CERTIFICATE_REQUEST_KEY_TAKEN);
    }

    @Test
    void refusesADeviceThatWasRevokedSinceItWasAdmitted() {
        AuthenticatedDevice device = admitted(current);
        world.lifecycle.change(
                world.organization,
                device.id(),
                DeviceStatus.REVOKED,
                "stolen",
                Optional.empty(),
                EnrollmentWorld.OPERATOR);

        assertThat(
                        world.renewals.renew(
                                device, TestRequests.request(TestKeys.p256(), SERIAL), "est"))
                .isEqualTo(new EnrollmentOutcome.Refused(RefusalReason.CERTIFICATE_REVOKED));
    }

    @Test
    void boundsTheCertificatesADeviceHoldsUnused() {
        for (int i = 0; i < Limit.CREDENTIALS_UNUSED.byDefault(); i++) {
            renew(current, TestRequests.request(TestKeys.p256(), SERIAL));
        }

        refused(
                TestRequests.request(TestKeys.p256(), SERIAL),
                RefusalReason.RENEWALS_UNUSED_TOO_MANY);
    }

    private void refused(byte[] request, RefusalReason reason) {
        AuthenticatedDevice device = admitted(current);

        assertThat(world.renewals.renew(device, request, "est"))
                .isEqualTo(new EnrollmentOutcome.Refused(reason));

        assertThat(world.refused(reason)).isEqualTo(1);
        AuditEntry entry = world.newestRefusal();
        assertThat(entry.details()).containsEntry("reason", reason.code());
        assertThat(entry.actor()).isEqualTo("device:" + device.id());
        assertThat(entry.organization()).isEqualTo(world.organization.toString());
        world.meters.clear();
    }

    private X509Certificate renew(X509Certificate with, byte[] request) {
        return ((EnrollmentOutcome.Issued) world.renewals.renew(admitted(with), request, "est"))
                .certificate();
    }

    private AuthenticatedDevice admitted(X509Certificate certificate) {
        return ((Admission.Admitted) world.registry.admit(certificate)).device();
    }
}
