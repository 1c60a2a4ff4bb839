/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static dev.breakwater.server.enrollment.EstRequests.PKCS10;
import static dev.breakwater.server.enrollment.EstRequests.base64;
import static dev.breakwater.server.enrollment.EstRequests.basic;
import static dev.breakwater.server.enrollment.EstRequests.post;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.account.Role;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.label.DeviceLabel;
import dev.breakwater.server.label.DeviceLabels;
import dev.breakwater.server.label.NewDeviceLabel;
import dev.breakwater.server.member.Email;
import dev.breakwater.server.member.Invitation;
import dev.breakwater.server.member.InvitationId;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.PasswordHash;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.store.SqlLabelStore;
import dev.breakwater.server.store.SqlMemberStore;
import dev.breakwater.server.ticket.SetupTickets;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.pki.TestRequests;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Members, labels, and devices that are set up over real TLS. */
final class SetupScene implements AutoCloseable {

    private final EnrollmentWorld world;
    private final TestPki serverPki;
    private final TestPki anyPki;
    private final EstListener listener;
    final DeviceLabels labels;
    final SqlMemberStore members;

    SetupScene(EnrollmentWorld world) {
        this.world = world;
        this.serverPki = TestPki.create(world.clock);
        this.anyPki = TestPki.named("Factory", world.clock);
        this.listener = world.listen(serverPki);
        this.labels =
                new DeviceLabels(
                        new SqlLabelStore(world.database, world.audit),
                        world.devices,
                        world.limits,
                        world.clock);
        this.members = new SqlMemberStore(world.database, world.audit);
    }

    /** Somebody who may own devices. */
    MemberId member() {
        Email email = Email.parse(UUID.randomUUID() + "@reef.example").orElseThrow();
        Invitation invitation =
                new Invitation(
                        InvitationId.parse(UUID.randomUUID().toString()),
                        world.organization,
                        email,
                        Role.DEVICE_OWNER,
                        world.clock.instant(),
                        world.clock.instant().plus(Duration.ofDays(1)));
        members.invite(
                world.organization,
                invitation,
                SecretDigest.of(email.text()),
                100,
                event(AuditAction.MEMBER_INVITED));
        Member joined =
                new Member(
                        MemberId.fresh(),
                        world.organization,
                        email,
                        "Somebody",
                        Role.DEVICE_OWNER,
                        world.clock.instant(),
                        Optional.empty(),
                        1);
        members.accept(
                world.organization,
                invitation,
                joined,
                new PasswordHash("$argon2id$x"),
                event(AuditAction.MEMBER_JOINED));
        return joined.id();
    }

    AuditEvent event(AuditAction action) {
        return AuditEvent.of(
                world.organization, EnrollmentWorld.OPERATOR, action, "test", Map.of());
    }

    /** Enters the label of a device with this set-up key. */
    DeviceLabel label(String serial, KeyPair setupKey) {
        return ((DeviceLabels.Entering.Entered)
                        labels.enter(
                                world.organization,
                                world.product,
                                List.of(
                                        new NewDeviceLabel(
                                                new DeviceSerial(serial), hash(setupKey))),
                                Assurance.SOFTWARE_KEY,
                                EnrollmentWorld.OPERATOR))
                .labels()
                .getFirst();
    }

    SetupTickets.Grant grant(MemberId member, String serial, KeyPair setupKey) {
        return world.tickets.grant(
                world.organization, member, new DeviceSerial(serial), hash(setupKey));
    }

    /** A ticket that is granted. */
    SetupTickets.Grant.Granted ticket(MemberId member, String serial, KeyPair setupKey) {
        return (SetupTickets.Grant.Granted) grant(member, serial, setupKey);
    }

    static SetupKeyHash hash(KeyPair setupKey) {
        return SetupKeyHash.of(setupKey.getPublic());
    }

    /** What a device sends that proves its set-up key with a certificate that nobody knows. */
    Raw setUp(String serial, String ticket, KeyPair setupKey, KeyPair key) throws Exception {
        TestIdentity shown = anyPki.device(DeviceId.fresh(), new DeviceSerial("factory"), setupKey);
        return send(serial, ticket, Optional.of(shown), key);
    }

    Raw send(String serial, String ticket, Optional<TestIdentity> shown, KeyPair key)
            throws Exception {
        byte[] request = TestRequests.request(key, serial);
        return new RawHttps(listener.port(), serverPki.root(), shown)
                .exchange(post("simpleenroll", PKCS10, basic(serial, ticket), base64(request)));
    }

    /** What a device sends that asks for its next certificate, with a fresh key. */
    Raw renew(String serial, TestIdentity identity) throws Exception {
        byte[] request = TestRequests.request(TestKeys.p256(), serial);
        return new RawHttps(listener.port(), serverPki.root(), Optional.of(identity))
                .exchange(post("simplereenroll", PKCS10, "", base64(request)));
    }

    /** What anybody sends, byte by byte, without a certificate. */
    Raw raw(String request) throws Exception {
        return raw(request, Optional.empty());
    }

    Raw raw(String request, Optional<TestIdentity> shown) throws Exception {
        return new RawHttps(listener.port(), serverPki.root(), shown).exchange(request);
    }

    /** To what the server's own certificate leads. */
    X509Certificate serverRoot() {
        return serverPki.root();
    }

    @Override
    public void close() {
        listener.close();
    }
}
