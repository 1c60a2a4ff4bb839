/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.account.Role;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.label.DeviceLabel;
import dev.breakwater.server.label.DeviceLabelId;
import dev.breakwater.server.member.Email;
import dev.breakwater.server.member.Invitation;
import dev.breakwater.server.member.InvitationId;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.PasswordHash;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.ownership.DeviceOwner;
import dev.breakwater.server.ownership.DisposalStore.Begun;
import dev.breakwater.server.ownership.GivenAway;
import dev.breakwater.server.ownership.ReceiptStore.Ordered;
import dev.breakwater.server.risk.Assurance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the receipts of erased devices need of a store, whichever database it is. */
abstract class ReceiptContract extends StoreContract {

    private static final String RECEIPT = "{\"statement\":\"it is done\"}";

    private SqlReceiptStore receipts;
    private SqlDisposalStore disposals;
    private EnrolledDevices enrolled;
    private ProductId product;
    private MemberId member;

    @BeforeEach
    void openReceipts() {
        receipts = new SqlReceiptStore(database, audit);
        disposals = new SqlDisposalStore(database, audit, clock);
        devices = new SqlDeviceStore(database, audit, clock, List.of(disposals));
        enrolled = new EnrolledDevices(this);
        product = product(organization, "tank");
        member = join();
    }

    private static SetupKeyHash key(String serial) {
        return SetupKeyHash.of(serial.getBytes(StandardCharsets.UTF_8));
    }

    private Instant now() {
        return clock.instant();
    }

    /** A device that its owner has given away, with or without a label. */
    private DeviceId givenAway(String serial, boolean labelled) throws Exception {
        DeviceId device = begun(serial, labelled);
        devices.changeStatus(
                organization,
                device,
                DeviceStatus.REVOKED,
                "a test",
                Optional.empty(),
                event(organization, "device.revoked"));
        return device;
    }

    private DeviceId begun(String serial, boolean labelled) throws Exception {
        if (labelled) {
            label(serial);
        }
        DeviceId device = enrolled.enroll(organization, product, serial).id();
        new SqlOwnerStore(database, audit)
                .enter(
                        organization,
                        new DeviceOwner(device, member, now()),
                        10,
                        event(organization, "device.owner-entered"));
        assertThat(disposals.begin(organization, device, member, now()))
                .isInstanceOf(Begun.Noted.class);
        return device;
    }

    private void label(String serial) {
        DeviceLabel label =
                new DeviceLabel(
                        DeviceLabelId.fresh(),
                        organization,
                        product,
                        serial(serial),
                        key(serial),
                        Assurance.SOFTWARE_KEY,
                        now(),
                        Optional.empty());
        new SqlLabelStore(database, audit)
                .enter(
                        organization,
                        List.of(label),
                        10,
                        event(organization, "device-label.entered"));
    }

    private void erased(OrganizationId of, DeviceId device, String receipt) {
        receipts.erased(of, device, now(), receipt, event(of, "device.erased"));
    }

    private List<GivenAway> list() {
        return receipts.givenAway(organization, member, Optional.empty(), 10);
    }

    @Test
    void namesTheKeyOfTheLabelOnceTheDeviceIsGivenAwayAndNotBefore() throws Exception {
        assertThat(receipts.ordered(DeviceId.fresh())).isEmpty();
        assertThat(receipts.ordered(begun("A-1", true))).isEmpty();
        assertThat(receipts.ordered(givenAway("A-2", true)))
                .contains(new Ordered(organization, serial("A-2"), Optional.of(key("A-2"))));
        assertThat(receipts.ordered(givenAway("A-3", false)))
                .contains(new Ordered(organization, serial("A-3"), Optional.empty()));
    }

    @Test
    void keepsTheFirstReceiptAndOneAuditEntry() throws Exception {
        DeviceId device = givenAway("A-1", true);
        Instant first = now();
        erased(organization, device, RECEIPT);
        clock.advance(Duration.ofHours(1));
        erased(organization, device, "{\"statement\":\"another\"}");
        assertThat(list())
                .singleElement()
                .satisfies(
                        gone -> {
                            assertThat(gone.device()).isEqualTo(device);
                            assertThat(gone.erasedAt()).contains(first);
                            assertThat(gone.blankAt()).contains(first);
                        });
        assertThat(actions(organization))
                .filteredOn(action -> action.equals("device.erased"))
                .hasSize(1);
    }

    @Test
    void keepsNoneForADeviceThatIsNotGivenAwayYetNorForAnotherOrganization() throws Exception {
        erased(organization, begun("A-1", true), RECEIPT);
        erased(otherOrganization, givenAway("A-2", true), RECEIPT);
        assertThat(list()).hasSize(2).allSatisfy(gone -> assertThat(gone.erasedAt()).isEmpty());
        assertThat(actions(organization)).doesNotContain("device.erased");
        assertThat(actions(otherOrganization)).doesNotContain("device.erased");
    }

    /** Whose label nobody entered, whose receipt nobody can check. */
    @Test
    void saysOfWhichDevicesNoReceiptCanBeProved() throws Exception {
        DeviceId labelled = givenAway("A-1", true);
        DeviceId bare = givenAway("A-2", false);
        assertThat(list())
                .extracting(GivenAway::device, GivenAway::provable)
                .containsExactlyInAnyOrder(tuple(labelled, true), tuple(bare, false));
    }

    @Test
    void listsWhatAMemberGaveAwayInPagesAndToNobodyElse() throws Exception {
        List<DeviceId> all = new ArrayList<>();
        for (String serial : List.of("A-1", "A-2", "A-3")) {
            all.add(givenAway(serial, true));
        }
        all.sort(Comparator.comparing(DeviceId::toString));
        List<GivenAway> page = receipts.givenAway(organization, member, Optional.empty(), 2);
        assertThat(page).extracting(GivenAway::device).isEqualTo(all.subList(0, 2));
        assertThat(
                        receipts.givenAway(
                                organization, member, Optional.of(page.getLast().device()), 2))
                .extracting(GivenAway::device)
                .isEqualTo(all.subList(2, 3));
        assertThat(receipts.givenAway(organization, join(), Optional.empty(), 10)).isEmpty();
        assertThat(receipts.givenAway(otherOrganization, member, Optional.empty(), 10)).isEmpty();
    }

    private MemberId join() {
        SqlMemberStore members = new SqlMemberStore(database, audit);
        Email email = Email.parse(UUID.randomUUID() + "@reef.example").orElseThrow();
        Invitation invitation =
                new Invitation(
                        InvitationId.parse(UUID.randomUUID().toString()),
                        organization,
                        email,
                        Role.DEVICE_OWNER,
                        now(),
                        now().plus(Duration.ofDays(1)));
        members.invite(
                organization,
                invitation,
                SecretDigest.of(email.text()),
                100,
                event(organization, "member.invited"));
        Member joined =
                new Member(
                        MemberId.fresh(),
                        organization,
                        email,
                        "Somebody",
                        Role.DEVICE_OWNER,
                        now(),
                        Optional.empty(),
                        1);
        PasswordHash hash = new PasswordHash("$argon2id$x");
        assertThat(
                        members.accept(
                                organization,
                                invitation,
                                joined,
                                hash,
                                event(organization, "member.joined")))
                .isTrue();
        return joined.id();
    }
}
