/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static dev.breakwater.server.enrollment.EstRequests.PKCS10;
import static dev.breakwater.server.enrollment.EstRequests.base64;
import static dev.breakwater.server.enrollment.EstRequests.basic;
import static dev.breakwater.server.enrollment.EstRequests.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.OrganizationLifecycle;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.ForgedIdentities;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.pki.TestRequests;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everybody who is not who they claim to be, at the EST listener: real TLS, a real database, and
 * forgeries that the authority's own key has signed (invariants I2 and I12).
 */
final class EstForgeriesTest {

    @TempDir Path directory;
    private EnrollmentWorld world;
    private TestPki serverPki;
    private EstListener listener;
    private Enrolled tank;

    @BeforeEach
    void listen() throws Exception {
        world = new EnrollmentWorld(directory);
        serverPki = TestPki.create(world.clock);
        listener = world.listen(serverPki);
        tank = world.enrolled("tank-1");
    }

    @AfterEach
    void close() {
        listener.close();
        world.close();
    }

    /** One way to renew somebody else's certificate. */
    private record Forgery(String kind, RefusalReason reason, TestIdentity identity) {}

    /** Each with its own reason for the operator, and one and the same answer for the sender. */
    @Test
    void renewsForNoForgedIdentity() throws Exception {
        for (List<Forgery> forgeries : List.of(unregistered(), fallen())) {
            for (Forgery forgery : forgeries) {
                refusesRenewal(forgery);
            }
        }
        // Within a year of its end an operator would be asked.
        world.clock.advance(Duration.ofDays(31 + 365));
        refusesRenewal(
                new Forgery(
                        "registered, expired long ago",
                        RefusalReason.CERTIFICATE_LAPSED_TOO_LONG,
                        tank.identity()));
        assertThat(world.hasNoMoreRefusals()).isTrue();
    }

    private List<Forgery> unregistered() {
        ForgedIdentities forged = world.forged(tank);
        TestIdentity stranger = forged.selfSigned();
        return List.of(
                new Forgery(
                        "self-signed", RefusalReason.CERTIFICATE_SELF_SIGNED, forged.selfSigned()),
                new Forgery(
                        "other authority",
                        RefusalReason.CERTIFICATE_FROM_OTHER_CA,
                        forged.otherAuthority()),
                new Forgery(
                        "other authority of the same name",
                        RefusalReason.CERTIFICATE_SIGNATURE_FORGED,
                        forged.otherAuthorityOfTheSameName()),
                new Forgery(
                        "signature of zeros (CVE-2022-21449)",
                        RefusalReason.CERTIFICATE_SIGNATURE_FORGED,
                        forged.zeroSignature()),
                new Forgery(
                        "same common name",
                        RefusalReason.CERTIFICATE_UNREGISTERED,
                        forged.sameCommonName()),
                new Forgery("expired", RefusalReason.CERTIFICATE_EXPIRED, forged.expired()),
                new Forgery(
                        "not yet valid",
                        RefusalReason.CERTIFICATE_NOT_YET_VALID,
                        forged.notYetValid()),
                new Forgery(
                        "for servers",
                        RefusalReason.CERTIFICATE_WRONG_USAGE,
                        forged.wrongExtendedKeyUsage()),
                new Forgery("a weak key", RefusalReason.CERTIFICATE_UNREGISTERED, forged.weakKey()),
                new Forgery(
                        "the victim's certificate behind the leaf (CVE-2023-2422)",
                        RefusalReason.CERTIFICATE_SELF_SIGNED,
                        new TestIdentity(
                                stranger.keys(),
                                List.of(stranger.leaf(), tank.identity().leaf()))));
    }

    /** Registered, and out of the trusted set since. */
    private List<Forgery> fallen() throws Exception {
        Enrolled copied = world.enrolled("copied");
        Enrolled successor = world.renewed(copied);
        assertThat(renewal(successor.identity(), successor.serial().text()).status())
                .isEqualTo(200);
        Enrolled foreign = world.enrolledElsewhere("tank-1");
        new OrganizationLifecycle(world.organizations, world.sessions, world.registryVersion)
                .disable(foreign.organization(), "unpaid", EnrollmentWorld.OPERATOR);
        return List.of(
                new Forgery("revoked", RefusalReason.DEVICE_REVOKED, off(DeviceStatus.REVOKED)),
                new Forgery(
                        "suspended", RefusalReason.DEVICE_SUSPENDED, off(DeviceStatus.SUSPENDED)),
                new Forgery(
                        "quarantined",
                        RefusalReason.DEVICE_QUARANTINED,
                        off(DeviceStatus.QUARANTINED)),
                new Forgery("superseded", RefusalReason.CERTIFICATE_SUPERSEDED, copied.identity()),
                new Forgery(
                        "its successor, since one of the two is a clone",
                        RefusalReason.DEVICE_QUARANTINED,
                        successor.identity()),
                new Forgery(
                        "of a disabled organization",
                        RefusalReason.ORGANIZATION_DISABLED,
                        foreign.identity()));
    }

    private TestIdentity off(DeviceStatus status) {
        Enrolled device = world.enrolled(status.code());
        world.change(device, status);
        return device.identity();
    }

    private void refusesRenewal(Forgery forgery) throws Exception {
        double before = world.refused(forgery.reason());

        Raw answer = renewal(forgery.identity(), "tank-1");

        assertThat(answer.status()).as(forgery.kind()).isEqualTo(403);
        assertThat(answer.body()).isEqualTo("Not authorized.\n");
        recorded(forgery.kind(), forgery.reason(), before);
    }

    /** It proves no key, so that TLS itself ends it before any HTTP. */
    @Test
    void endsTheHandshakeOfACopiedCertificateWithoutItsKey() throws Exception {
        TestIdentity copied = world.forged(tank).withoutItsKey(tank.identity().leaf());

        assertThatThrownBy(() -> renewal(copied, "tank-1")).isInstanceOf(IOException.class);

        recorded("without its key", RefusalReason.TLS_HANDSHAKE_FAILED, 0);
    }

    /** A good identity that asks for somebody else's names or key. */
    @Test
    void renewsNothingButTheOwnIdentity() throws Exception {
        Enrolled neighbour = world.enrolled("tank-2");
        Enrolled foreign = world.enrolledElsewhere("tank-1");
        KeyPair keys = TestKeys.p256();
        refusesRequest(
                neighbour,
                TestRequests.request(keys, "tank-1"),
                RefusalReason.CERTIFICATE_REQUEST_NAME_REFUSED);
        refusesRequest(
                foreign,
                TestRequests.withUri(keys, "tank-1", tank.id().urn()),
                RefusalReason.CERTIFICATE_REQUEST_NAME_REFUSED);
        refusesRequest(
                neighbour,
                TestRequests.request(tank.identity().keys(), "tank-2"),
                RefusalReason.CERTIFICATE_REQUEST_KEY_TAKEN);
    }

    private void refusesRequest(Enrolled device, byte[] request, RefusalReason reason)
            throws Exception {
        double before = world.refused(reason);

        Raw answer =
                client(Optional.of(device.identity()))
                        .exchange(post("simplereenroll", PKCS10, "", base64(request)));

        assertThat(answer.status()).isEqualTo(400);
        AuditEvent refusal = world.nextRefusal();
        assertThat(refusal.actor()).isEqualTo(new Actor.ProvenDevice(device.id()));
        assertThat(refusal.details()).containsEntry("reason", reason.code());
        assertThat(world.newestRefusal().details()).isEqualTo(refusal.details());
        assertThat(world.refused(reason)).isEqualTo(before + 1);
    }

    /**
     * One way to enroll without the right.
     *
     * @param credentials the Authorization header, or nothing
     */
    private record BadCode(
            String kind, RefusalReason reason, String serial, String credentials, KeyPair keys) {

        static BadCode of(String kind, RefusalReason reason, String serial, String code) {
            return new BadCode(kind, reason, serial, basic(serial, code), TestKeys.p256());
        }
    }

    /** Whether a code exists, is used up or is for another device: the sender cannot tell. */
    @Test
    void enrollsNobodyWithABadCode() throws Exception {
        List<BadCode> codes = badCodes();
        Raw first = enrollment(codes.getFirst());
        world.nextRefusal();
        assertThat(first.status()).isEqualTo(401);
        assertThat(first.body()).isEqualTo("Not authorized.\n");

        for (BadCode code : codes) {
            double before = world.refused(code.reason());
            assertThat(undated(enrollment(code))).as(code.kind()).isEqualTo(undated(first));
            recorded(code.kind(), code.reason(), before);
        }
    }

    private List<BadCode> badCodes() throws Exception {
        String expired = world.codeFor("late");
        world.clock.advance(Duration.ofDays(2));
        String used = world.codeFor("used");
        world.enroll("used", used, TestRequests.request(TestKeys.p256(), "used"));
        EnrollmentCodes.Creation.Created gone = world.code(false, 1, "gone");
        world.codes.withdraw(world.organization, gone.code().id(), EnrollmentWorld.OPERATOR);
        String unknown = EnrollmentCodeText.fresh(EnrollmentCodeId.fresh()).reveal();
        String others = world.codeFor("tank-4");
        String foreign = world.codeElsewhere(OrganizationId.fresh(), "tank-9");
        return List.of(
                BadCode.of("unknown", RefusalReason.ENROLLMENT_CODE_UNKNOWN, "tank-3", unknown),
                BadCode.of("no code", RefusalReason.ENROLLMENT_CODE_UNKNOWN, "tank-3", "open!"),
                BadCode.of("used", RefusalReason.ENROLLMENT_CODE_USED, "used", used),
                BadCode.of("expired", RefusalReason.ENROLLMENT_CODE_EXPIRED, "late", expired),
                BadCode.of(
                        "withdrawn",
                        RefusalReason.ENROLLMENT_CODE_WITHDRAWN,
                        "gone",
                        gone.text().reveal()),
                BadCode.of(
                        "for another device",
                        RefusalReason.ENROLLMENT_SERIAL_NOT_LISTED,
                        "tank-3",
                        others),
                BadCode.of(
                        "of another organization",
                        RefusalReason.ENROLLMENT_SERIAL_NOT_LISTED,
                        "tank-1",
                        foreign),
                BadCode.of(
                        "for a serial that is enrolled",
                        RefusalReason.ENROLLMENT_SERIAL_TAKEN,
                        "tank-1",
                        world.codeFor("tank-1")),
                denied(),
                new BadCode(
                        "no credentials",
                        RefusalReason.ENROLLMENT_CREDENTIALS_MISSING,
                        "tank-3",
                        "",
                        TestKeys.p256()));
    }

    /**
     * The code of a device whose enrollment an operator has denied, with the key it is bound to.
     */
    private BadCode denied() {
        String serial = "denied";
        KeyPair keys = TestKeys.p256();
        String code = world.code(true, 1, serial).text().reveal();
        byte[] request = TestRequests.request(keys, serial);
        world.enrollment.enroll(serial, code, request, EnrollmentWorld.SOURCE);
        RedemptionId id =
                world.approvals.pending(world.organization, Optional.empty(), 10).getFirst().id();
        world.approvals.deny(world.organization, id, "not ours", EnrollmentWorld.OPERATOR);
        return new BadCode(
                "denied", RefusalReason.ENROLLMENT_DENIED, serial, basic(serial, code), keys);
    }

    private Raw enrollment(BadCode code) throws Exception {
        return enrollment(
                code.credentials(), base64(TestRequests.request(code.keys(), code.serial())));
    }

    /** One way to ask for a certificate one must not have, as base64 of a PKCS#10 request. */
    private record BadRequest(RefusalReason reason, String body) {

        BadRequest(RefusalReason reason, byte[] pkcs10) {
            this(reason, base64(pkcs10));
        }
    }

    /** A good code does not help a bad request, and is not used up by it. */
    @Test
    void enrollsNobodyWithABadRequest() throws Exception {
        String serial = "tank-3";
        String code = basic(serial, world.codeFor(serial));
        KeyPair keys = TestKeys.p256();
        BadRequest weak =
                new BadRequest(
                        RefusalReason.CERTIFICATE_REQUEST_KEY_REFUSED,
                        TestRequests.request(TestKeys.rsa(1024), serial));
        BadRequest taken =
                new BadRequest(
                        RefusalReason.CERTIFICATE_REQUEST_KEY_TAKEN,
                        TestRequests.request(tank.identity().keys(), serial));
        List<BadRequest> requests =
                List.of(
                        weak,
                        taken,
                        new BadRequest(
                                RefusalReason.CERTIFICATE_REQUEST_UNPROVEN,
                                TestRequests.withBadSignature(keys, serial)),
                        new BadRequest(
                                RefusalReason.CERTIFICATE_REQUEST_UNPROVEN,
                                TestRequests.withZeroSignature(keys, serial)),
                        new BadRequest(
                                RefusalReason.CERTIFICATE_REQUEST_UNPROVEN,
                                TestRequests.signedByAnotherKey(
                                        keys, tank.identity().keys(), serial)),
                        new BadRequest(
                                RefusalReason.CERTIFICATE_REQUEST_NAME_REFUSED,
                                TestRequests.request(keys, "tank-1")),
                        new BadRequest(
                                RefusalReason.CERTIFICATE_REQUEST_NAME_REFUSED,
                                TestRequests.withUri(keys, serial, DeviceId.fresh().urn())),
                        new BadRequest(
                                RefusalReason.CERTIFICATE_REQUEST_NAME_REFUSED,
                                TestRequests.forAnAuthority(keys, serial)));
        for (BadRequest request : requests) {
            double before = world.refused(request.reason());
            Raw answer = enrollment(code, request.body());
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).isEqualTo(request.reason().clientText() + "\n");
            recorded(request.reason().code(), request.reason(), before);
        }

        // Nobody can find out by this gate which keys are registered.
        assertThat(undated(enrollment(code, weak.body())))
                .isEqualTo(undated(enrollment(code, taken.body())));
        assertThat(enrollment(code, base64(TestRequests.request(keys, serial))).status())
                .isEqualTo(200);
    }

    private Raw enrollment(String authorization, String body) throws Exception {
        return client(Optional.empty()).exchange(post("simpleenroll", PKCS10, authorization, body));
    }

    private Raw renewal(TestIdentity identity, String serial) throws Exception {
        byte[] request = TestRequests.request(TestKeys.p256(), serial);
        return client(Optional.of(identity))
                .exchange(post("simplereenroll", PKCS10, "", base64(request)));
    }

    /** Audit entry and metric, each with the reason; the log line is made of the same. */
    private void recorded(String kind, RefusalReason reason, double countBefore)
            throws InterruptedException {
        AuditEvent refusal = world.nextRefusal();
        assertThat(refusal.action()).isEqualTo("est.refused");
        assertThat(refusal.details())
                .as(kind)
                .containsEntry("reason", reason.code())
                .containsEntry("source", "127.0.0.1");
        assertThat(world.newestRefusal().details()).isEqualTo(refusal.details());
        assertThat(world.refused(reason)).as(kind).isEqualTo(countBefore + 1);
    }

    private static String undated(Raw answer) {
        return answer.head().replaceAll("Date: [^\r]*\r\n", "") + answer.body();
    }

    private RawHttps client(Optional<TestIdentity> identity) throws Exception {
        return new RawHttps(listener.port(), serverPki.root(), identity);
    }
}
