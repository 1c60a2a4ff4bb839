/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.DeviceStore.DeviceFilter;
import dev.breakwater.server.identity.DeviceStore.Reachable;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.ownership.Access;
import dev.breakwater.server.ownership.DeviceOwner;
import dev.breakwater.server.ownership.DeviceShare;
import dev.breakwater.server.ownership.ShareId;
import dev.breakwater.server.ownership.ShareRight;
import dev.breakwater.server.ownership.ShareStore.Accepted;
import dev.breakwater.server.ownership.ShareStore.NewOffer;
import dev.breakwater.server.ownership.ShareStore.Offered;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the sharing of devices needs of a store, whichever database it is. */
abstract class ShareContract extends StoreContract {

    private static final Duration CODE_LIFE = Duration.ofHours(24);

    private SqlShareStore shares;
    private SqlOwnerStore owners;
    private SqlDisposalStore disposals;
    private DeviceId device;
    private DeviceId another;
    private MemberId owner;
    private MemberId guest;
    private MemberId stranger;

    @BeforeEach
    void openShares() throws Exception {
        shares = new SqlShareStore(database, audit, clock);
        owners = new SqlOwnerStore(database, audit);
        disposals = new SqlDisposalStore(database, audit, clock);
        devices = new SqlDeviceStore(database, audit, clock, List.of(disposals));
        ProductId product = product(organization, "tank");
        device = new EnrolledDevices(this).enroll(organization, product, "A-1").id();
        another = new EnrolledDevices(this).enroll(organization, product, "A-2").id();
        JoinedMembers members = new JoinedMembers(this);
        owner = members.join(organization);
        guest = members.join(organization);
        stranger = members.join(organization);
        enter(device, owner);
        enter(another, owner);
    }

    @Test
    void letsTheGuestReachTheOneDeviceFromTheAcceptanceOn() {
        assertThat(offer("code", ShareRight.READ, Optional.empty())).isEqualTo(Offered.OFFERED);
        assertThat(access(guest)).isEqualTo(new Access.None());
        assertThat(listed(guest)).isEmpty();

        DeviceShare share = accepted("code", guest);

        assertThat(share.device()).isEqualTo(device);
        assertThat(share.right()).isEqualTo(ShareRight.READ);
        assertThat(access(guest)).isEqualTo(new Access.Shared(ShareRight.READ));
        assertThat(access(owner)).isEqualTo(new Access.Owner());
        assertThat(access(stranger)).isEqualTo(new Access.None());
        assertThat(owners.access(organization, guest, another, now())).isEqualTo(new Access.None());
        assertThat(owners.access(otherOrganization, guest, device, now()))
                .isEqualTo(new Access.None());
        assertThat(listed(guest)).containsExactly(device);
        assertThat(listed(owner)).containsExactlyInAnyOrder(device, another);
        assertThat(actions(organization)).contains("device-share.offered", "device-share.accepted");
    }

    @Test
    void takesACodeOnceWithinItsTimeAndItsOrganization() {
        offer("code", ShareRight.USE, Optional.empty());
        assertThat(accept(otherOrganization, "code", guest)).isInstanceOf(Accepted.NoSuch.class);
        assertThat(accept(organization, "other", guest)).isInstanceOf(Accepted.NoSuch.class);
        assertThat(accept(organization, "code", owner)).isInstanceOf(Accepted.OwnDevice.class);
        accepted("code", guest);
        assertThat(accept(organization, "code", stranger)).isInstanceOf(Accepted.NoSuch.class);
        assertThat(accept(organization, "code", guest)).isInstanceOf(Accepted.NoSuch.class);

        offer("late", ShareRight.USE, Optional.empty());
        clock.advance(CODE_LIFE);
        assertThat(accept(organization, "late", stranger)).isInstanceOf(Accepted.NoSuch.class);
        assertThat(access(stranger)).isEqualTo(new Access.None());
    }

    @Test
    void keepsNothingOfACodeButItsDigest() {
        offer("a secret", ShareRight.USE, Optional.empty());
        List<String> kept =
                database.read(
                        statements ->
                                statements.list(
                                        "SELECT code_sha256 FROM device_share",
                                        row -> row.text("code_sha256")));
        assertThat(kept).containsExactly(SecretDigest.of("a secret").hex());
    }

    @Test
    void isOverByItselfAtItsEnd() {
        Instant end = now().plus(Duration.ofHours(1));
        offer("code", ShareRight.USE, Optional.of(end));
        accepted("code", guest);
        clock.advance(Duration.ofMinutes(59));
        assertThat(access(guest)).isEqualTo(new Access.Shared(ShareRight.USE));
        clock.advance(Duration.ofMinutes(1));
        assertThat(access(guest)).isEqualTo(new Access.None());
        assertThat(listed(guest)).isEmpty();
        assertThat(with(guest)).isEmpty();
        assertThat(ofOwner(owner)).isEmpty();

        offer("unused", ShareRight.USE, Optional.of(now().plus(Duration.ofMinutes(1))));
        clock.advance(Duration.ofMinutes(1));
        assertThat(accept(organization, "unused", guest)).isInstanceOf(Accepted.NoSuch.class);
    }

    @Test
    void endsByItsOwnerOrByWhomItIsWithAndByNobodyElse() {
        ShareId first = offered("first");
        accepted("first", guest);
        assertThat(shares.end(organization, device, first, stranger)).isFalse();
        assertThat(shares.end(organization, device, first, guest)).isFalse();
        assertThat(shares.end(organization, another, first, owner)).isFalse();
        assertThat(shares.end(otherOrganization, device, first, owner)).isFalse();
        assertThat(shares.leave(organization, first, stranger)).isFalse();
        assertThat(shares.leave(organization, first, owner)).isFalse();
        assertThat(shares.leave(otherOrganization, first, guest)).isFalse();
        assertThat(access(guest)).isEqualTo(new Access.Shared(ShareRight.USE));

        assertThat(shares.end(organization, device, first, owner)).isTrue();
        assertThat(access(guest)).isEqualTo(new Access.None());
        assertThat(shares.end(organization, device, first, owner)).isFalse();

        ShareId second = offered("second");
        accepted("second", guest);
        assertThat(shares.leave(organization, second, guest)).isTrue();
        assertThat(shares.leave(organization, second, guest)).isFalse();
        assertThat(access(guest)).isEqualTo(new Access.None());
        assertThat(ended()).isEqualTo(2);
    }

    @Test
    void takesAnOfferBack() {
        ShareId share = offered("code");
        assertThat(shares.end(organization, device, share, owner)).isTrue();
        assertThat(accept(organization, "code", guest)).isInstanceOf(Accepted.NoSuch.class);
    }

    @Test
    void replacesTheShareThatTheGuestHadOfTheSameDevice() {
        offer("less", ShareRight.READ, Optional.empty());
        accepted("less", guest);
        offer("more", ShareRight.USE, Optional.empty());
        accepted("more", guest);
        assertThat(access(guest)).isEqualTo(new Access.Shared(ShareRight.USE));
        assertThat(with(guest)).hasSize(1);
        assertThat(ofOwner(owner)).hasSize(1);
    }

    @Test
    void offersWhatIsTheirsAndNoMoreThanMayBe() {
        assertThat(offer(guest, "code", 20)).isEqualTo(Offered.NOT_THEIRS);
        assertThat(offer(owner, "one", 2)).isEqualTo(Offered.OFFERED);
        accepted("one", guest);
        assertThat(offer(owner, "two", 2)).isEqualTo(Offered.OFFERED);
        assertThat(offer(owner, "three", 2)).isEqualTo(Offered.TOO_MANY);
        clock.advance(CODE_LIFE);
        assertThat(offer(owner, "three", 2)).isEqualTo(Offered.OFFERED);
        assertThat(access(guest)).isEqualTo(new Access.Shared(ShareRight.USE));
    }

    @Test
    void tellsBothSidesWhoTheOtherIs() {
        offered("code");
        assertThat(ofOwner(owner).getFirst().taken()).isEmpty();
        accepted("code", guest);
        offered("waits");
        assertThat(ofOwner(owner)).hasSize(2);
        DeviceShare share = ofOwner(owner).getFirst();
        assertThat(share.taken().orElseThrow().by().id()).isEqualTo(guest);
        assertThat(share.owner().id()).isEqualTo(owner);
        assertThat(share.serial()).isEqualTo(serial("A-1"));
        assertThat(with(guest)).containsExactly(share);
        assertThat(with(owner)).isEmpty();
        assertThat(ofOwner(guest)).isEmpty();
        assertThat(ofOwner(stranger)).isEmpty();
        assertThat(shares.ofDevice(organization, device, now(), 20)).hasSize(2);
        assertThat(shares.ofDevice(otherOrganization, device, now(), 20)).isEmpty();
        assertThat(shares.with(organization, guest, Optional.of(share.id()), now(), 20)).isEmpty();
    }

    /** What somebody does with the device of a share. */
    interface End {
        void happens(ShareContract here);
    }

    static Stream<End> ends() {
        return Stream.of(
                here ->
                        here.disposals.begin(
                                here.organization, here.device, here.owner, here.now()),
                here -> here.transfer(),
                here ->
                        here.disposals.report(
                                here.organization,
                                here.device,
                                here.owner,
                                here.now(),
                                here.event(here.organization, "device.reported-stolen")),
                here -> here.revoke(),
                here ->
                        here.owners.remove(
                                here.organization,
                                new DeviceOwner(here.device, here.owner, here.now()),
                                here.event(here.organization, "device.owner-removed")));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void endsWithWhateverEndsTheOwnersHoldOnTheDevice(End end) {
        offered("taken");
        accepted("taken", guest);
        offered("waits");
        end.happens(this);
        assertThat(access(guest)).isEqualTo(new Access.None());
        assertThat(accept(organization, "waits", stranger)).isInstanceOf(Accepted.NoSuch.class);
        assertThat(with(guest)).isEmpty();
        assertThat(shares.ofDevice(organization, device, now(), 20)).isEmpty();
        assertThat(ended()).isEqualTo(2);
    }

    @Test
    void leavesTheSharesOfAnotherDeviceAlone() {
        shares.offer(organization, use(ShareId.fresh(), another, owner, "of another"), 20);
        accepted("of another", guest);
        revoke();
        assertThat(owners.access(organization, guest, another, now()))
                .isEqualTo(new Access.Shared(ShareRight.USE));
    }

    @Test
    void offersNothingThatIsStolenOrRevoked() {
        disposals.report(
                organization, device, owner, now(), event(organization, "device.reported-stolen"));
        assertThat(offer(owner, "code", 20)).isEqualTo(Offered.STOLEN);
        disposals.withdrawReport(organization, device, event(organization, "device.found"));
        assertThat(offer(owner, "code", 20)).isEqualTo(Offered.OFFERED);
        revoke();
        assertThat(offer(owner, "other", 20)).isEqualTo(Offered.REVOKED);
    }

    /** Between the intention and its end the owner is one still. */
    @Test
    void endsWhatWasSharedWhileTheDeviceIsBeingGivenAway() {
        disposals.begin(organization, device, owner, now());
        offered("late");
        accepted("late", guest);
        disposals.finish(organization, device);
        assertThat(access(guest)).isEqualTo(new Access.None());
        assertThat(access(owner)).isEqualTo(new Access.None());
    }

    @Test
    void endsTheShareOfWhoeverBecameAnOwnerWhenTheyAreNoneAnyMore() {
        offered("code");
        accepted("code", guest);
        enter(device, guest);
        assertThat(access(guest)).isEqualTo(new Access.Owner());
        owners.remove(
                organization,
                new DeviceOwner(device, guest, now()),
                event(organization, "device.owner-removed"));
        assertThat(access(guest)).isEqualTo(new Access.None());
    }

    private Instant now() {
        return clock.instant();
    }

    private Access access(MemberId member) {
        return owners.access(organization, member, device, now());
    }

    private List<DeviceId> listed(MemberId member) {
        DeviceFilter filter =
                new DeviceFilter(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new Reachable(member, now())));
        return devices.devices(organization, filter, Optional.empty(), 20).stream()
                .map(Device::id)
                .toList();
    }

    private List<DeviceShare> with(MemberId member) {
        return shares.with(organization, member, Optional.empty(), now(), 20);
    }

    private List<DeviceShare> ofOwner(MemberId member) {
        return shares.ofOwner(organization, device, member, now(), 20);
    }

    private long ended() {
        return actions(organization).stream().filter("device-share.ended"::equals).count();
    }

    private Offered offer(String code, ShareRight right, Optional<Instant> endsAt) {
        return shares.offer(
                organization,
                new NewOffer(
                        ShareId.fresh(),
                        device,
                        owner,
                        right,
                        SecretDigest.of(code),
                        now(),
                        now().plus(CODE_LIFE),
                        endsAt),
                20);
    }

    private Offered offer(MemberId by, String code, int sharesMax) {
        return shares.offer(organization, use(ShareId.fresh(), device, by, code), sharesMax);
    }

    private ShareId offered(String code) {
        ShareId id = ShareId.fresh();
        assertThat(shares.offer(organization, use(id, device, owner, code), 20))
                .isEqualTo(Offered.OFFERED);
        return id;
    }

    private NewOffer use(ShareId id, DeviceId of, MemberId by, String code) {
        return new NewOffer(
                id,
                of,
                by,
                ShareRight.USE,
                SecretDigest.of(code),
                now(),
                now().plus(CODE_LIFE),
                Optional.empty());
    }

    private Accepted accept(OrganizationId within, String code, MemberId taker) {
        return shares.accept(within, SecretDigest.of(code), taker, now());
    }

    private DeviceShare accepted(String code, MemberId taker) {
        return ((Accepted.Done) accept(organization, code, taker)).share();
    }

    private void transfer() {
        disposals.openTransfer(
                organization,
                device,
                owner,
                SecretDigest.of("transfer"),
                now(),
                now().plus(CODE_LIFE),
                event(organization, "device-transfer.begun"));
        disposals.take(
                organization, SecretDigest.of("transfer"), stranger, now(), now().plus(CODE_LIFE));
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

    private void enter(DeviceId of, MemberId member) {
        owners.enter(
                organization,
                new DeviceOwner(of, member, now()),
                10,
                event(organization, "device.owner-entered"));
    }
}
