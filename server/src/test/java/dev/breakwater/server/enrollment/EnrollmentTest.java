/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EnrollmentTest {

    private static final String SERIAL = "tank-1";

    @TempDir Path directory;
    private EnrollmentWorld world;
    private final KeyPair keys = TestKeys.p256();
    private final byte[] request = TestRequests.request(keys, SERIAL);

    @BeforeEach
    void open() throws Exception {
        world = new EnrollmentWorld(directory);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void givesADeviceACertificateThatTheRegistryAdmits() {
        X509Certificate certificate = world.enroll(SERIAL, world.codeFor(SERIAL), request);

        assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(world.registry.admit(certificate)).isInstanceOf(Admission.Admitted.class);
        Device device =
                world.devices.device(world.organization, new DeviceSerial(SERIAL)).orElseThrow();
        assertThat(device.product()).isEqualTo(world.product);
        assertThat(world.actions())
                .containsSubsequence(
                        "device.enrolled", "enrollment.bound", "enrollment-code.created");
    }

    @Test
    void answersARetryWithTheVerySameCertificate() {
        String code = world.codeFor(SERIAL);

        X509Certificate first = world.enroll(SERIAL, code, request);
        world.clock.advance(Duration.ofDays(2));
        X509Certificate second = world.enroll(SERIAL, code, request);

        assertThat(second).isEqualTo(first);
        assertThat(world.ledger.recorded()).isEqualTo(1);
    }

    @Test
    void refusesAnotherKeyWithAUsedCode() {
        String code = world.codeFor(SERIAL);
        world.enroll(SERIAL, code, request);

        refused(
                SERIAL,
                code,
                TestRequests.request(TestKeys.p256(), SERIAL),
                RefusalReason.ENROLLMENT_CODE_USED);
    }

    @ParameterizedTest
    @EnumSource(FallibleLedger.Step.class)
    void finishesAnEnrollmentThatACrashInterrupted(FallibleLedger.Step step) {
        String code = world.codeFor(SERIAL);
        world.ledger.failOnceAt(step);

        assertThat(world.enrollment.enroll(SERIAL, code, request, EnrollmentWorld.SOURCE))
                .isEqualTo(new EnrollmentOutcome.Refused(RefusalReason.STORAGE_UNAVAILABLE));
        refused(
                SERIAL,
                code,
                TestRequests.request(TestKeys.p256(), SERIAL),
                RefusalReason.ENROLLMENT_CODE_USED);
        X509Certificate certificate = world.enroll(SERIAL, code, request);

        assertThat(world.registry.admit(certificate)).isInstanceOf(Admission.Admitted.class);
        assertThat(world.ledger.recorded()).isEqualTo(1);
        assertThat(world.actions()).containsOnlyOnce("device.enrolled", "enrollment.bound");
    }

    @Test
    void finishesUnderANewCodeWhatACrashInterruptedUnderTheOldOne() {
        EnrollmentCodes.Creation.Created old = world.code(false, 1, SERIAL);
        world.ledger.failOnceAt(FallibleLedger.Step.AFTER_RESERVING);
        world.enrollment.enroll(SERIAL, old.text().reveal(), request, EnrollmentWorld.SOURCE);
        world.codes.withdraw(world.organization, old.code().id(), EnrollmentWorld.OPERATOR);

        X509Certificate certificate = world.enroll(SERIAL, world.codeFor(SERIAL), request);

        assertThat(world.registry.admit(certificate)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void issuesOnceForCopiesOfARequestThatArriveTogether() throws Exception {
        String code = world.codeFor(SERIAL);
        Callable<X509Certificate> copy = () -> world.enroll(SERIAL, code, request);

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<X509Certificate>> answers =
                    threads.invokeAll(List.of(copy, copy, copy, copy));
            for (Future<X509Certificate> answer : answers) {
                assertThat(answer.get()).isEqualTo(answers.getFirst().get());
            }
        }
        assertThat(world.ledger.recorded()).isEqualTo(1);
    }

    @Test
    void letsABatchInUpToItsUses() {
        String code = world.code(false, 2, "a", "b", "c").text().reveal();
        world.enroll("a", code, TestRequests.request(TestKeys.p256(), "a"));
        world.enroll("b", code, TestRequests.request(TestKeys.p256(), "b"));

        refused(
                "c",
                code,
                TestRequests.request(TestKeys.p256(), "c"),
                RefusalReason.ENROLLMENT_CODE_USED);
    }

    @Test
    void refusesAnUnknownCode() {
        String code = world.codeFor(SERIAL);
        String lastChanged =
                code.substring(0, code.length() - 1) + (code.endsWith("a") ? "b" : "a");

        refused(SERIAL, lastChanged, request, RefusalReason.ENROLLMENT_CODE_UNKNOWN);
        refused(SERIAL, "bwe_", request, RefusalReason.ENROLLMENT_CODE_UNKNOWN);
        refused(
                SERIAL,
                EnrollmentCodeText.fresh(EnrollmentCodeId.fresh()).reveal(),
                request,
                RefusalReason.ENROLLMENT_CODE_UNKNOWN);
    }

    @Test
    void refusesAnExpiredCode() {
        String code = world.codeFor(SERIAL);
        world.clock.advance(Duration.ofDays(1));

        refused(SERIAL, code, request, RefusalReason.ENROLLMENT_CODE_EXPIRED);
    }

    @Test
    void refusesAWithdrawnCodeEvenForARetry() {
        EnrollmentCodes.Creation.Created code = world.code(false, 1, SERIAL);
        world.enroll(SERIAL, code.text().reveal(), request);
        world.codes.withdraw(world.organization, code.code().id(), EnrollmentWorld.OPERATOR);

        refused(SERIAL, code.text().reveal(), request, RefusalReason.ENROLLMENT_CODE_WITHDRAWN);
    }

    @Test
    void refusesASerialTheCodeIsNotFor() {
        String code = world.codeFor(SERIAL);

        refused(
                "tank-2",
                code,
                TestRequests.request(keys, "tank-2"),
                RefusalReason.ENROLLMENT_SERIAL_NOT_LISTED);
        refused(
                "tank 1'; DROP TABLE device; --\0",
                code,
                request,
                RefusalReason.ENROLLMENT_SERIAL_NOT_LISTED);
    }

    @Test
    void refusesASerialThatADeviceHasUnlessItIsRevoked() {
        world.enroll(SERIAL, world.codeFor(SERIAL), request);
        String second = world.codeFor(SERIAL);
        KeyPair newKeys = TestKeys.p256();

        refused(
                SERIAL,
                second,
                TestRequests.request(newKeys, SERIAL),
                RefusalReason.ENROLLMENT_SERIAL_TAKEN);

        change(SERIAL, DeviceStatus.REVOKED);
        assertThat(world.enroll(SERIAL, second, TestRequests.request(newKeys, SERIAL))).isNotNull();
    }

    @Test
    void refusesARetryOfADeviceThatIsOff() {
        String code = world.codeFor(SERIAL);
        world.enroll(SERIAL, code, request);

        change(SERIAL, DeviceStatus.SUSPENDED);
        refused(SERIAL, code, request, RefusalReason.DEVICE_SUSPENDED);
        change(SERIAL, DeviceStatus.REVOKED);
        refused(SERIAL, code, request, RefusalReason.DEVICE_REVOKED);
    }

    @Test
    void refusesBadRequestsWithoutUsingTheCodeUp() {
        String code = world.codeFor(SERIAL);
        Map<byte[], RefusalReason> bad =
                Map.of(
                        new byte[] {0x30, 0x00},
                        RefusalReason.CERTIFICATE_REQUEST_MALFORMED,
                        TestRequests.withBadSignature(keys, SERIAL),
                        RefusalReason.CERTIFICATE_REQUEST_UNPROVEN,
                        TestRequests.signedByAnotherKey(keys, TestKeys.p256(), SERIAL),
                        RefusalReason.CERTIFICATE_REQUEST_UNPROVEN,
                        TestRequests.request(TestKeys.rsa(1024), SERIAL),
                        RefusalReason.CERTIFICATE_REQUEST_KEY_REFUSED,
                        TestRequests.request(keys, "tank-2"),
                        RefusalReason.CERTIFICATE_REQUEST_NAME_REFUSED,
                        TestRequests.withDnsName(keys, SERIAL, "admin.example"),
                        RefusalReason.CERTIFICATE_REQUEST_NAME_REFUSED,
                        TestRequests.withUri(keys, SERIAL, DeviceId.fresh().urn()),
                        RefusalReason.CERTIFICATE_REQUEST_NAME_REFUSED,
                        TestRequests.forAnAuthority(keys, SERIAL),
                        RefusalReason.CERTIFICATE_REQUEST_NAME_REFUSED);

        bad.forEach((broken, reason) -> refused(SERIAL, code, broken, reason));

        assertThat(world.enroll(SERIAL, code, request)).isNotNull();
    }

    @Test
    void refusesAKeyThatAnotherDeviceHas() {
        world.enroll(SERIAL, world.codeFor(SERIAL), request);

        refused(
                "tank-2",
                world.codeFor("tank-2"),
                TestRequests.request(keys, "tank-2"),
                RefusalReason.CERTIFICATE_REQUEST_KEY_TAKEN);
    }

    @Test
    void waitsForAnOperatorsApproval() {
        String code = world.code(true, 1, SERIAL).text().reveal();
        EnrollmentOutcome first =
                world.enrollment.enroll(SERIAL, code, request, EnrollmentWorld.SOURCE);
        EnrollmentOutcome again =
                world.enrollment.enroll(SERIAL, code, request, EnrollmentWorld.SOURCE);
        assertThat(first).isInstanceOf(EnrollmentOutcome.Pending.class).isEqualTo(again);
        List<WaitingEnrollment> pending =
                world.approvals.pending(world.organization, Optional.empty(), 10);

        world.approvals.approve(
                world.organization, pending.getFirst().id(), EnrollmentWorld.OPERATOR);

        assertThat(pending).hasSize(1);
        assertThat(world.registry.admit(world.enroll(SERIAL, code, request)))
                .isInstanceOf(Admission.Admitted.class);
        assertThat(world.actions()).contains("enrollment.requested", "enrollment.approved");
    }

    @Test
    void refusesADeniedEnrollment() {
        String code = world.code(true, 1, SERIAL).text().reveal();
        world.enrollment.enroll(SERIAL, code, request, EnrollmentWorld.SOURCE);
        RedemptionId id =
                world.approvals.pending(world.organization, Optional.empty(), 10).getFirst().id();

        world.approvals.deny(world.organization, id, "not ours", EnrollmentWorld.OPERATOR);

        refused(SERIAL, code, request, RefusalReason.ENROLLMENT_DENIED);
        assertThat(world.actions()).contains("enrollment.denied");
    }

    @Test
    void refusesAnApprovedEnrollmentWhoseSerialWasTakenMeanwhile() {
        String slow = world.code(true, 1, SERIAL).text().reveal();
        world.enrollment.enroll(SERIAL, slow, request, EnrollmentWorld.SOURCE);
        world.enroll(SERIAL, world.codeFor(SERIAL), TestRequests.request(TestKeys.p256(), SERIAL));
        RedemptionId id =
                world.approvals.pending(world.organization, Optional.empty(), 10).getFirst().id();
        world.approvals.approve(world.organization, id, EnrollmentWorld.OPERATOR);

        refused(SERIAL, slow, request, RefusalReason.ENROLLMENT_SERIAL_TAKEN);
    }

    @Test
    void makesASourceWaitThatShowsTooManyWrongCodes() throws Exception {
        Path other = Files.createDirectory(directory.resolve("limited"));
        Limits limits = Limits.with(Map.of(Limit.ENROLLMENT_FAILURES_PER_MINUTE, 2));
        try (EnrollmentWorld limited = new EnrollmentWorld(other, limits)) {
            String code = limited.codeFor(SERIAL);
            limited.enrollment.enroll(SERIAL, "wrong", request, "192.0.2.1");
            limited.enrollment.enroll(SERIAL, "wrong", request, "192.0.2.1");

            assertThat(limited.enrollment.enroll(SERIAL, code, request, "192.0.2.1"))
                    .isEqualTo(new EnrollmentOutcome.Refused(RefusalReason.TOO_MANY_REQUESTS));
            assertThat(limited.enrollment.enroll(SERIAL, code, request, "192.0.2.2"))
                    .isInstanceOf(EnrollmentOutcome.Issued.class);
            limited.clock.advance(Duration.ofMinutes(1));
            assertThat(limited.enrollment.enroll(SERIAL, code, request, "192.0.2.1"))
                    .isInstanceOf(EnrollmentOutcome.Issued.class);
        }
    }

    @Test
    void refusesWhenTheStoreIsGone() {
        String code = world.codeFor(SERIAL);
        world.database.close();

        assertThat(world.enrollment.enroll(SERIAL, code, request, EnrollmentWorld.SOURCE))
                .isEqualTo(new EnrollmentOutcome.Refused(RefusalReason.STORAGE_UNAVAILABLE));
    }

    /** Reply, audit entry and metric, each with its reason (invariant I12). */
    private void refused(String serial, String code, byte[] pkcs10, RefusalReason reason) {
        double before = world.refused(reason);

        assertThat(world.enrollment.enroll(serial, code, pkcs10, EnrollmentWorld.SOURCE))
                .isEqualTo(new EnrollmentOutcome.Refused(reason));

        assertThat(world.refused(reason)).isEqualTo(before + 1);
        AuditEntry entry = world.newestRefusal();
        assertThat(entry.subject()).isEqualTo(reason.operatorText());
        assertThat(entry.details())
                .containsEntry("reason", reason.code())
                .containsEntry("source", EnrollmentWorld.SOURCE);
    }

    private void change(String serial, DeviceStatus status) {
        DeviceId id =
                world.devices
                        .device(world.organization, new DeviceSerial(serial))
                        .orElseThrow()
                        .id();
        world.lifecycle.change(
                world.organization,
                id,
                status,
                "because",
                Optional.empty(),
                EnrollmentWorld.OPERATOR);
    }
}
