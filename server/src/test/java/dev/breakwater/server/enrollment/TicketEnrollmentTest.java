/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.identity.Credential;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.label.DeviceLabel;
import dev.breakwater.server.label.LabelStore;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.ownership.DeviceOwner;
import dev.breakwater.server.ownership.DeviceStanding;
import dev.breakwater.server.ownership.DisposalStore;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.store.SqlOwnerStore;
import dev.breakwater.server.ticket.SetupTickets;
import dev.breakwater.server.ticket.TicketForge;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How devices are set up with tickets, over real TLS; and everything they are refused for. */
final class TicketEnrollmentTest {

    private static final String TANK = "tank-1";

    @TempDir Path directory;
    private EnrollmentWorld world;
    private SetupScene scene;
    private final KeyPair setupKey = TestKeys.p256();
    private DeviceLabel label;
    private MemberId member;

    @BeforeEach
    void open() throws Exception {
        world =
                new EnrollmentWorld(
                        directory,
                        Limits.with(Map.of(Limit.SETUP_TICKET_FAILURES_PER_MINUTE, 100)));
        scene = new SetupScene(world);
        label = scene.label(TANK, setupKey);
        member = scene.member();
    }

    @AfterEach
    void close() {
        scene.close();
        world.close();
    }

    @Test
    void enrollsADeviceAndMakesTheMemberItsOwner() throws Exception {
        assertThat(setUp(ticket(member), TestKeys.p256()).status()).isEqualTo(200);
        Device device = device();
        assertThat(device.status()).isEqualTo(DeviceStatus.ACTIVE);
        assertThat(device.product()).isEqualTo(world.product);
        assertThat(owners(device)).containsExactly(member);
        assertThat(label().device()).contains(device.id());
        assertThat(world.actions())
                .startsWith("device.enrolled", "setup-ticket.used", "setup-ticket.granted");
        assertThat(standing()).isEqualTo(DeviceStanding.OWNED);
        assertThat(world.hasNoMoreRefusals()).isTrue();
    }

    /** The answer was lost: with ticket and key as before it is given the very same certificate. */
    @Test
    void answersTheSameRequestWithTheSameCertificate() throws Exception {
        String ticket = ticket(member);
        KeyPair key = TestKeys.p256();
        Raw first = setUp(ticket, key);
        assertThat(setUp(ticket, key).body()).isEqualTo(first.body());
        assertThat(setUp(ticket(member), key).body()).isEqualTo(first.body());
        assertThat(certificates(device())).hasSize(1);
    }

    @Test
    void refusesATicketThatWasUsed() throws Exception {
        String ticket = ticket(member);
        assertThat(setUp(ticket, TestKeys.p256()).status()).isEqualTo(200);
        refuses(setUp(ticket, TestKeys.p256()), RefusalReason.TICKET_USED);
        assertThat(certificates(device())).hasSize(1);
    }

    /** Whoever has read a ticket on its way has neither of the device's keys. */
    @Test
    void refusesATicketOfAnotherDevice() throws Exception {
        String ticket = ticket(member);
        KeyPair other = TestKeys.p256();
        scene.label("tank-2", other);
        refuses(
                scene.setUp(TANK, ticket, other, TestKeys.p256()),
                RefusalReason.TICKET_OTHER_DEVICE);
        refuses(
                scene.setUp("tank-2", ticket, other, TestKeys.p256()),
                RefusalReason.TICKET_OTHER_DEVICE);
        refuses(
                scene.setUp("tank-2", ticket, setupKey, TestKeys.p256()),
                RefusalReason.TICKET_OTHER_DEVICE);
        refuses(
                scene.send(TANK, ticket, Optional.empty(), TestKeys.p256()),
                RefusalReason.TICKET_OTHER_DEVICE);
        assertThat(setUp(ticket, TestKeys.p256()).status()).isEqualTo(200);
    }

    @Test
    void refusesATicketThatWasAltered() throws Exception {
        String ticket = ticket(member);
        int middle = ticket.lastIndexOf('.') - 40;
        char other = ticket.charAt(middle) == 'A' ? 'B' : 'A';
        String altered = ticket.substring(0, middle) + other + ticket.substring(middle + 1);
        refuses(setUp(altered, TestKeys.p256()), RefusalReason.TICKET_ALTERED);
        assertThat(setUp(ticket, TestKeys.p256()).status()).isEqualTo(200);
    }

    @Test
    void refusesATicketThatWasCutOff() throws Exception {
        String ticket = ticket(member);
        String cut = ticket.substring(0, ticket.lastIndexOf('.'));
        refuses(setUp(cut, TestKeys.p256()), RefusalReason.TICKET_MALFORMED);
    }

    @Test
    void refusesATicketThatAnotherHasMade() throws Exception {
        var good = scene.ticket(member, TANK, setupKey).ticket();
        TicketForge forge = new TicketForge(world.ticketKeys, good);
        for (String forged : forge.decryptable().values()) {
            refuses(setUp(forged, TestKeys.p256()), RefusalReason.TICKET_FORGED);
        }
        for (String forged : forge.undecryptable().values()) {
            refuses(setUp(forged, TestKeys.p256()), RefusalReason.TICKET_ALTERED);
        }
        assertThat(world.devices.device(world.organization, new DeviceSerial(TANK))).isEmpty();
    }

    @Test
    void refusesATicketThatHasExpired() throws Exception {
        String ticket = ticket(member);
        world.clock.advance(Duration.ofMinutes(10));
        refuses(setUp(ticket, TestKeys.p256()), RefusalReason.TICKET_EXPIRED);
    }

    @Test
    void takesATicketUntilItExpires() throws Exception {
        String ticket = ticket(member);
        world.clock.advance(Duration.ofMinutes(10).minusSeconds(1));
        assertThat(setUp(ticket, TestKeys.p256()).status()).isEqualTo(200);
    }

    /** The app of whoever holds the device has to be able to say so, and this is all it learns. */
    @Test
    void saysThatADeviceBelongsToAnother() throws Exception {
        MemberId other = scene.member();
        String ofOther = ticket(other);
        assertThat(setUp(ticket(member), TestKeys.p256()).status()).isEqualTo(200);
        Raw refused = setUp(ofOther, TestKeys.p256());
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body()).isEqualTo("The device belongs to somebody else.\n");
        recorded(RefusalReason.TICKET_OWNED_BY_ANOTHER);
        assertThat(owners(device())).containsExactly(member);
        assertThat(scene.grant(other, TANK, setupKey))
                .isEqualTo(new SetupTickets.Grant.Refused(RefusalReason.TICKET_OWNED_BY_ANOTHER));
    }

    @Test
    void refusesATicketWhoseLabelWasWithdrawn() throws Exception {
        String ticket = ticket(member);
        assertThat(scene.labels.withdraw(world.organization, label.id(), EnrollmentWorld.OPERATOR))
                .isEqualTo(LabelStore.Withdrawal.WITHDRAWN);
        refuses(setUp(ticket, TestKeys.p256()), RefusalReason.TICKET_LABEL_UNKNOWN);
    }

    @Test
    void keepsALabelWhoseDeviceIsInUse() throws Exception {
        assertThat(setUp(ticket(member), TestKeys.p256()).status()).isEqualTo(200);
        assertThat(scene.labels.withdraw(world.organization, label.id(), EnrollmentWorld.OPERATOR))
                .isEqualTo(LabelStore.Withdrawal.IN_USE);
    }

    /** The owner presses the button for a while and sets it up anew: it stays the same device. */
    @Test
    void setsUpADeviceAgainForItsOwner() throws Exception {
        assertThat(setUp(ticket(member), TestKeys.p256()).status()).isEqualTo(200);
        Device before = device();
        assertThat(setUp(ticket(member), TestKeys.p256()).status()).isEqualTo(200);
        assertThat(device().id()).isEqualTo(before.id());
        assertThat(owners(before)).containsExactly(member);
        assertThat(certificates(before)).extracting(Credential::generation).containsExactly(2, 1);
        assertThat(world.actions()).first().isEqualTo("device.set-up-again");
    }

    @Test
    void doesNotBringADeviceBackThatIsTakenOff() throws Exception {
        assertThat(setUp(ticket(member), TestKeys.p256()).status()).isEqualTo(200);
        world.lifecycle.change(
                world.organization,
                device().id(),
                DeviceStatus.QUARANTINED,
                "odd",
                Optional.empty(),
                EnrollmentWorld.OPERATOR);
        refuses(setUp(ticket(member), TestKeys.p256()), RefusalReason.TICKET_DEVICE_BARRED);
    }

    @Test
    void refusesADeviceThatItsOwnerReportsStolenEvenAfterItsRevocation() throws Exception {
        String ofThief = ticket(scene.member());
        assertThat(setUp(ticket(member), TestKeys.p256()).status()).isEqualTo(200);
        Device device = device();
        world.disposals.reportStolen(world.organization, device.id(), member);
        assertThat(device().status()).isEqualTo(DeviceStatus.SUSPENDED);
        assertThat(standing()).isEqualTo(DeviceStanding.REPORTED_STOLEN);
        world.lifecycle.change(
                world.organization,
                device.id(),
                DeviceStatus.REVOKED,
                "stolen",
                Optional.empty(),
                EnrollmentWorld.OPERATOR);
        assertThat(setUp(ofThief, TestKeys.p256()).status()).isEqualTo(409);
        assertThat(standing()).isEqualTo(DeviceStanding.REPORTED_STOLEN);
    }

    @Test
    void isAnotherDeviceAfterItsOwnerGaveItBack() throws Exception {
        KeyPair key = TestKeys.p256();
        assertThat(setUp(ticket(member), key).status()).isEqualTo(200);
        Device before = device();
        assertThat(world.disposals.release(world.organization, before.id(), member))
                .isInstanceOf(DisposalStore.Begun.Noted.class);
        assertThat(device().status()).isEqualTo(DeviceStatus.REVOKED);
        assertThat(standing()).isEqualTo(DeviceStanding.FREE);
        MemberId next = scene.member();
        refuses(setUp(ticket(next), key), RefusalReason.CERTIFICATE_REQUEST_KEY_TAKEN, 400);
        assertThat(setUp(ticket(next), TestKeys.p256()).status()).isEqualTo(200);
        assertThat(device().id()).isNotEqualTo(before.id());
        assertThat(owners(device())).containsExactly(next);
        assertThat(owners(before)).isEmpty();
    }

    /** It learns at its next contact that it is to forget all it has; nobody else is told. */
    @Test
    void tellsADeviceThatWasGivenAwayToWipeItselfUntilItIsSetUpAgain() throws Exception {
        KeyPair key = TestKeys.p256();
        assertThat(setUp(ticket(member), key).status()).isEqualTo(200);
        Device before = device();
        TestIdentity identity = identity(before, key);
        assertThat(scene.renew(TANK, identity).status()).isEqualTo(200);
        world.disposals.release(world.organization, before.id(), member);
        Raw told = scene.renew(TANK, identity);
        assertThat(told.body()).isEqualTo("The device was given away by its owner; wipe it.\n");
        refuses(told, RefusalReason.DEVICE_GIVEN_AWAY, 410);
        assertThat(setUp(ticket(member), TestKeys.p256()).status()).isEqualTo(200);
        refuses(scene.renew(TANK, identity), RefusalReason.DEVICE_REVOKED, 403);
    }

    private TestIdentity identity(Device device, KeyPair key) {
        Credential first = certificates(device).getLast();
        X509Certificate leaf =
                world.store.certificate(world.organization, first.fingerprint()).orElseThrow();
        return new TestIdentity(key, List.of(leaf, world.authority.issuers().getFirst()));
    }

    @Test
    void slowsDownWhoeverShowsWrongTickets() throws Exception {
        for (int i = 0; i < 100; i++) {
            world.ticketEnrollment.enroll(
                    new TicketEnrollment.Shown(TANK, "a.b", Optional.empty(), "127.0.0.1"),
                    new byte[0]);
        }
        Raw refused = setUp(ticket(member), TestKeys.p256());
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.head()).contains("Retry-After: 60");
        world.clock.advance(Duration.ofMinutes(1));
        assertThat(setUp(ticket(member), TestKeys.p256()).status()).isEqualTo(200);
    }

    @Test
    void grantsAMemberSoManyTicketsAnHour() {
        int max = Limits.defaults().of(Limit.SETUP_TICKETS_PER_MEMBER_PER_HOUR);
        for (int i = 0; i < max; i++) {
            scene.ticket(member, TANK, setupKey);
        }
        assertThat(scene.grant(member, TANK, setupKey))
                .isEqualTo(new SetupTickets.Grant.Refused(RefusalReason.TICKETS_TOO_MANY));
        scene.ticket(scene.member(), TANK, setupKey);
        world.clock.advance(Duration.ofHours(1).plusSeconds(1));
        scene.ticket(member, TANK, setupKey);
    }

    @Test
    void grantsNoTicketForALabelThatNobodyHasEntered() {
        assertThat(scene.grant(member, "tank-9", setupKey))
                .isEqualTo(new SetupTickets.Grant.Refused(RefusalReason.TICKET_LABEL_UNKNOWN));
        assertThat(scene.grant(member, TANK, TestKeys.p256()))
                .isEqualTo(new SetupTickets.Grant.Refused(RefusalReason.TICKET_LABEL_UNKNOWN));
    }

    private String ticket(MemberId of) {
        return scene.ticket(of, TANK, setupKey).text().reveal();
    }

    private Raw setUp(String ticket, KeyPair key) throws Exception {
        return scene.setUp(TANK, ticket, setupKey, key);
    }

    private Device device() {
        return world.devices.device(world.organization, new DeviceSerial(TANK)).orElseThrow();
    }

    private List<MemberId> owners(Device device) {
        return new SqlOwnerStore(world.database, world.audit)
                .owners(world.organization, device.id(), 10).stream()
                        .map(DeviceOwner::member)
                        .toList();
    }

    private List<Credential> certificates(Device device) {
        return world.credentials.ofDevice(world.organization, device.id());
    }

    private DeviceLabel label() {
        return scene.labels.label(world.organization, label.id()).orElseThrow();
    }

    private DeviceStanding standing() {
        return world.disposals
                .standing(new DeviceSerial(TANK), SetupScene.hash(setupKey))
                .orElseThrow();
    }

    private void refuses(Raw answer, RefusalReason reason) {
        refuses(answer, reason, 401);
        assertThat(answer.body()).isEqualTo("Not authorized.\n");
    }

    private void refuses(Raw answer, RefusalReason reason, int status) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        recorded(reason);
    }

    private void recorded(RefusalReason reason) {
        AuditEntry entry = world.newestRefusal();
        assertThat(entry.details())
                .containsEntry("reason", reason.code())
                .containsEntry("source", "127.0.0.1");
        assertThat(world.refused(reason)).isPositive();
    }
}
