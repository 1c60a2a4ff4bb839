/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.label.DeviceLabel;
import dev.breakwater.server.label.DeviceLabelId;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.ownership.DeviceOwner;
import dev.breakwater.server.ownership.DeviceStanding;
import dev.breakwater.server.ownership.Disposal;
import dev.breakwater.server.ownership.DisposalStore.Begun;
import dev.breakwater.server.ownership.DisposalStore.Opened;
import dev.breakwater.server.risk.Assurance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the disposal of devices needs of a store, whichever database it is. */
abstract class DisposalContract extends StoreContract {

    private static final SetupKeyHash KEY =
            SetupKeyHash.of("a key".getBytes(StandardCharsets.UTF_8));

    private SqlDisposalStore disposals;
    private SqlOwnerStore owners;
    private DeviceId device;
    private MemberId member;
    private MemberId other;

    @BeforeEach
    void openDisposals() throws Exception {
        disposals = new SqlDisposalStore(database, audit, clock);
        devices = new SqlDeviceStore(database, audit, clock, List.of(disposals));
        owners = new SqlOwnerStore(database, audit);
        ProductId product = product(organization, "tank");
        device = new EnrolledDevices(this).enroll(organization, product, "A-1").id();
        member = new JoinedMembers(this).join(organization);
        other = new JoinedMembers(this).join(organization);
        enter(member);
        DeviceLabel label =
                new DeviceLabel(
                        DeviceLabelId.fresh(),
                        organization,
                        product,
                        serial("A-1"),
                        KEY,
                        Assurance.SOFTWARE_KEY,
                        clock.instant(),
                        Optional.empty());
        new SqlLabelStore(database, audit)
                .enter(
                        organization,
                        List.of(label),
                        10,
                        event(organization, "device-label.entered"));
    }

    @Test
    void endsWhatItBeganTogetherWithTheRevocation() {
        Disposal disposal = noted(disposals.begin(organization, device, member, now()));
        assertThat(disposals.unfinished(10)).containsExactly(disposal);
        assertThat(owners.owners(organization, device, 10)).hasSize(1);
        assertThat(disposals.awaitsWipe(organization, device)).isFalse();

        revoke();
        assertThat(disposals.unfinished(10)).isEmpty();
        assertThat(owners.owners(organization, device, 10)).isEmpty();
        assertThat(disposals.awaitsWipe(organization, device)).isTrue();
        assertThat(disposals.awaitsWipe(otherOrganization, device)).isFalse();
        assertThat(actions(organization)).contains("device.released", "device.revoked");

        disposals.finish(organization, device);
        assertThat(actions(organization))
                .filteredOn(action -> action.equals("device.released"))
                .hasSize(1);
    }

    @Test
    void endsItForADeviceThatWasRevokedBefore() {
        revoke();
        assertThat(owners.owners(organization, device, 10)).hasSize(1);
        noted(disposals.begin(organization, device, member, now()));
        disposals.finish(organization, device);
        assertThat(owners.owners(organization, device, 10)).isEmpty();
    }

    @Test
    void leavesADeviceThatIsRevokedForOtherReasonsToItsOwner() {
        revoke();
        assertThat(owners.owners(organization, device, 10)).hasSize(1);
        assertThat(disposals.awaitsWipe(organization, device)).isFalse();
    }

    @Test
    void letsOnlyTheFirstOwnerGiveADeviceAway() {
        assertThat(disposals.begin(organization, device, other, now()))
                .isInstanceOf(Begun.NoSuch.class);
        assertThat(disposals.begin(otherOrganization, device, member, now()))
                .isInstanceOf(Begun.NoSuch.class);
        clock.advance(Duration.ofSeconds(1));
        enter(other);
        assertThat(disposals.begin(organization, device, other, now()))
                .isInstanceOf(Begun.NotFirstOwner.class);
        assertThat(open(other, "code")).isEqualTo(Opened.NOT_FIRST_OWNER);
        assertThat(disposals.begin(organization, device, member, now()))
                .isInstanceOf(Begun.Noted.class);
    }

    @Test
    void letsACodeBeUsedOnceByAnotherMemberOfTheOrganization() {
        assertThat(open(member, "code")).isEqualTo(Opened.OPENED);
        assertThat(take(organization, "wrong", other)).isInstanceOf(Begun.NoSuch.class);
        MemberId foreign = new JoinedMembers(this).join(otherOrganization);
        assertThat(take(otherOrganization, "code", foreign)).isInstanceOf(Begun.NoSuch.class);
        assertThat(take(organization, "code", member)).isInstanceOf(Begun.OwnDevice.class);
        Disposal disposal = noted(take(organization, "code", other));
        assertThat(disposal.promise().orElseThrow().to()).isEqualTo(other);
        assertThat(take(organization, "code", other)).isInstanceOf(Begun.NoSuch.class);
        revoke();
        assertThat(standing()).isEqualTo(DeviceStanding.OWNED);
        assertThat(actions(organization)).contains("device.transferred");
        clock.advance(Duration.ofDays(30));
        assertThat(standing()).isEqualTo(DeviceStanding.FREE);
    }

    @Test
    void letsACodeExpireAndBeReplacedAndWithdrawn() {
        open(member, "first");
        open(member, "second");
        assertThat(take(organization, "first", other)).isInstanceOf(Begun.NoSuch.class);
        clock.advance(Duration.ofDays(1));
        assertThat(take(organization, "second", other)).isInstanceOf(Begun.NoSuch.class);
        open(member, "third");
        assertThat(withdraw(other)).isFalse();
        assertThat(withdraw(member)).isTrue();
        assertThat(withdraw(member)).isFalse();
        assertThat(take(organization, "third", other)).isInstanceOf(Begun.NoSuch.class);
    }

    @Test
    void givesNothingAwayThatIsReportedStolen() {
        open(member, "code");
        assertThat(report(other)).isFalse();
        assertThat(report(member)).isTrue();
        assertThat(take(organization, "code", other)).isInstanceOf(Begun.NoSuch.class);
        assertThat(open(member, "code")).isEqualTo(Opened.STOLEN);
        assertThat(disposals.begin(organization, device, member, now()))
                .isInstanceOf(Begun.Stolen.class);
        assertThat(report(member)).isTrue();
        assertThat(actions(organization))
                .filteredOn(action -> action.equals("device.reported-stolen"))
                .hasSize(1);
        assertThat(takeBack()).isTrue();
        assertThat(takeBack()).isFalse();
        assertThat(disposals.begin(organization, device, member, now()))
                .isInstanceOf(Begun.Noted.class);
    }

    /**
     * A device that did not prove the label's key says nothing about who has the label's device.
     */
    @Test
    void tellsHowADeviceStandsByItsWholeLabelOnly() {
        assertThat(standing()).isEqualTo(DeviceStanding.FREE);
        assertThat(disposals.standing(serial("A-2"), KEY)).isEmpty();
        SetupKeyHash another = SetupKeyHash.of("another".getBytes(StandardCharsets.UTF_8));
        assertThat(disposals.standing(serial("A-1"), another)).isEmpty();
    }

    private DeviceStanding standing() {
        return disposals.standing(serial("A-1"), KEY).orElseThrow();
    }

    private Instant now() {
        return clock.instant();
    }

    private static Disposal noted(Begun begun) {
        return ((Begun.Noted) begun).disposal();
    }

    private void revoke() {
        devices.changeStatus(
                organization,
                device,
                DeviceStatus.REVOKED,
                "a test",
                Optional.empty(),
                event(organization, "device.revoked"));
    }

    private void enter(MemberId owner) {
        owners.enter(
                organization,
                new DeviceOwner(device, owner, now()),
                10,
                event(organization, "device.owner-entered"));
    }

    private Opened open(MemberId by, String code) {
        return disposals.openTransfer(
                organization,
                device,
                by,
                SecretDigest.of(code),
                now(),
                now().plus(Duration.ofDays(1)),
                event(organization, "device-transfer.begun"));
    }

    private boolean withdraw(MemberId by) {
        return disposals.withdrawTransfer(
                organization, device, by, event(organization, "device-transfer.withdrawn"));
    }

    private Begun take(OrganizationId of, String code, MemberId taker) {
        return disposals.take(
                of, SecretDigest.of(code), taker, now(), now().plus(Duration.ofDays(30)));
    }

    private boolean report(MemberId by) {
        return disposals.report(
                organization, device, by, now(), event(organization, "device.reported-stolen"));
    }

    private boolean takeBack() {
        return disposals.withdrawReport(organization, device, event(organization, "device.found"));
    }
}
