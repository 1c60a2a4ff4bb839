/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.enrollment.EnrollmentCode;
import dev.breakwater.server.enrollment.EnrollmentStore;
import dev.breakwater.server.enrollment.EnrollmentStore.Binding;
import dev.breakwater.server.enrollment.Redemption;
import dev.breakwater.server.enrollment.RedemptionId;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.store.EnrolledDevices.Enrolled;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link EnrollmentStore} does, on every database. */
abstract class EnrollmentStoreContract extends StoreContract {

    private static final KeyFingerprint KEY = KeyFingerprint.of(new byte[] {1});
    private static final KeyFingerprint OTHER_KEY = KeyFingerprint.of(new byte[] {2});
    private static final int PENDING_MAX = 2;

    private EnrolledDevices enrolled;
    private EnrollmentStore store;
    private ProductId tanks;

    @BeforeEach
    void makeStore() {
        enrolled = new EnrolledDevices(this);
        store = enrolled.enrollments();
        tanks = product(organization, "tank");
    }

    @Test
    void keepsACodeWithItsSerialsForItsOrganization() {
        EnrollmentCode code =
                enrolled.code(organization, tanks, 1, serial("tank-2"), serial("tank-1"));

        assertThat(store.code(organization, code.id())).contains(code);
        assertThat(store.code(otherOrganization, code.id())).isEmpty();
        assertThat(store.codes(organization, Optional.empty(), 10)).containsExactly(code);
        assertThat(store.codes(otherOrganization, Optional.empty(), 10)).isEmpty();
        assertThat(store.serials(organization, code.id(), Optional.empty(), 1))
                .containsExactly(serial("tank-1"));
        assertThat(store.serials(organization, code.id(), Optional.of(serial("tank-1")), 9))
                .containsExactly(serial("tank-2"));
        assertThat(store.serials(otherOrganization, code.id(), Optional.empty(), 9)).isEmpty();
        assertThat(store.lists(organization, code.id(), serial("tank-2"))).isTrue();
        assertThat(store.lists(organization, code.id(), serial("tank-3"))).isFalse();
        assertThat(store.lists(otherOrganization, code.id(), serial("tank-2"))).isFalse();
        assertThat(store.codeOfHolder(code.id()))
                .map(EnrollmentStore.StoredCode::secretSha256)
                .contains("0".repeat(64));
    }

    @Test
    void withdrawsACodeOnceAndForItsOrganizationOnly() {
        EnrollmentCode code = enrolled.code(organization, tanks, 1, serial("tank-1"));
        assertThat(
                        store.withdraw(
                                otherOrganization,
                                code.id(),
                                clock.instant(),
                                event(organization, "foreign")))
                .isEmpty();

        store.withdraw(organization, code.id(), clock.instant(), event(organization, "first"));
        clock.advance(Duration.ofHours(1));
        Optional<EnrollmentCode> again =
                store.withdraw(
                        organization, code.id(), clock.instant(), event(organization, "second"));

        assertThat(again.flatMap(EnrollmentCode::withdrawnAt))
                .contains(clock.instant().minus(Duration.ofHours(1)));
        assertThat(actions(organization)).contains("first").doesNotContain("second", "foreign");
    }

    @Test
    void bindsCodeSerialAndKeyAndFindsThemAgain() {
        EnrollmentCode code = enrolled.code(organization, tanks, 1, serial("tank-1"));
        Redemption wanted = wanted(code, "tank-1", KEY, Redemption.State.GRANTED);

        assertThat(bind(wanted)).isEqualTo(new Binding.Bound(wanted));

        assertThat(store.redemption(organization, code.id(), serial("tank-1"))).contains(wanted);
        assertThat(store.redemption(otherOrganization, code.id(), serial("tank-1"))).isEmpty();
        assertThat(store.unfinished(organization, serial("tank-1"), KEY)).contains(wanted.device());
        assertThat(store.unfinished(otherOrganization, serial("tank-1"), KEY)).isEmpty();
        assertThat(store.code(organization, code.id()))
                .map(now -> now.state(clock.instant()))
                .contains(EnrollmentCode.State.USED_UP);
    }

    @Test
    void givesTheSameKeyItsBindingAgainAndRefusesAnother() {
        EnrollmentCode code = enrolled.code(organization, tanks, 1, serial("tank-1"));
        Redemption first = wanted(code, "tank-1", KEY, Redemption.State.GRANTED);
        bind(first);

        assertThat(bind(wanted(code, "tank-1", KEY, Redemption.State.GRANTED)))
                .isEqualTo(new Binding.Bound(first));
        assertThat(bind(wanted(code, "tank-1", OTHER_KEY, Redemption.State.GRANTED)))
                .isEqualTo(new Binding.NotBound(RefusalReason.ENROLLMENT_CODE_USED));
        assertThat(actions(organization)).containsOnlyOnce("bound");
    }

    @Test
    void refusesToBindMoreSerialsThanTheCodeHasUses() {
        EnrollmentCode code =
                enrolled.code(organization, tanks, 1, serial("tank-1"), serial("tank-2"));
        bind(wanted(code, "tank-1", KEY, Redemption.State.GRANTED));

        assertThat(bind(wanted(code, "tank-2", OTHER_KEY, Redemption.State.GRANTED)))
                .isEqualTo(new Binding.NotBound(RefusalReason.ENROLLMENT_CODE_USED));
    }

    @Test
    void refusesToBindByAWithdrawnOrExpiredCodeOrAnUnlistedSerial() {
        EnrollmentCode code = enrolled.code(organization, tanks, 1, serial("tank-1"));
        assertThat(bind(wanted(code, "tank-9", KEY, Redemption.State.GRANTED)))
                .isEqualTo(new Binding.NotBound(RefusalReason.ENROLLMENT_SERIAL_NOT_LISTED));

        clock.advance(Duration.ofDays(1));
        assertThat(bind(wanted(code, "tank-1", KEY, Redemption.State.GRANTED)))
                .isEqualTo(new Binding.NotBound(RefusalReason.ENROLLMENT_CODE_EXPIRED));

        store.withdraw(organization, code.id(), clock.instant(), event(organization, "x"));
        assertThat(bind(wanted(code, "tank-1", KEY, Redemption.State.GRANTED)))
                .isEqualTo(new Binding.NotBound(RefusalReason.ENROLLMENT_CODE_WITHDRAWN));
    }

    @Test
    void refusesToBindASerialThatADeviceHas() throws Exception {
        enrolled.enroll(organization, tanks, "tank-1");
        EnrollmentCode code = enrolled.code(organization, tanks, 1, serial("tank-1"));

        assertThat(bind(wanted(code, "tank-1", KEY, Redemption.State.GRANTED)))
                .isEqualTo(new Binding.NotBound(RefusalReason.ENROLLMENT_SERIAL_TAKEN));
    }

    @Test
    void listsPendingEnrollmentsAndBoundsThem() {
        EnrollmentCode code =
                enrolled.code(
                        organization,
                        tanks,
                        3,
                        serial("tank-1"),
                        serial("tank-2"),
                        serial("tank-3"));
        Redemption first = wanted(code, "tank-1", KEY, Redemption.State.PENDING);
        Redemption second = wanted(code, "tank-2", OTHER_KEY, Redemption.State.PENDING);
        bind(first);
        bind(second);

        assertThat(store.pending(organization, Optional.empty(), 1)).hasSize(1);
        assertThat(store.pending(organization, Optional.empty(), 10))
                .containsExactlyInAnyOrder(first, second);
        assertThat(store.pending(otherOrganization, Optional.empty(), 10)).isEmpty();
        assertThat(
                        bind(
                                wanted(
                                        code,
                                        "tank-3",
                                        KeyFingerprint.of(new byte[] {3}),
                                        Redemption.State.PENDING)))
                .isEqualTo(new Binding.NotBound(RefusalReason.SERVER_BUSY));
    }

    @Test
    void decidesAPendingEnrollmentOnce() {
        EnrollmentCode code =
                enrolled.code(organization, tanks, 1, serial("tank-1"), serial("tank-2"));
        Redemption pending = wanted(code, "tank-1", KEY, Redemption.State.PENDING);
        bind(pending);
        assertThat(decide(pending.id(), true, otherOrganization)).isEmpty();

        assertThat(decide(pending.id(), false, organization))
                .hasValueSatisfying(
                        denied -> {
                            assertThat(denied.state()).isEqualTo(Redemption.State.DENIED);
                            assertThat(denied.decidedBy()).contains(OPERATOR.toString());
                        });
        assertThat(decide(pending.id(), true, organization)).isEmpty();
        assertThat(store.redemption(organization, pending.id()))
                .map(Redemption::state)
                .contains(Redemption.State.DENIED);
        assertThat(store.code(organization, code.id()).map(EnrollmentCode::used)).contains(0);
        assertThat(actions(organization)).containsOnlyOnce("decided");
    }

    @Test
    void showsARecordedCertificateToItsOrganizationOnly() throws Exception {
        Enrolled device = enrolled.enroll(organization, tanks, "tank-1");

        assertThat(store.certificate(organization, device.fingerprint()))
                .contains(device.identity().leaf());
        assertThat(store.certificate(otherOrganization, device.fingerprint())).isEmpty();
        assertThat(
                        List.of(
                                actions(organization).contains("device.enrolled"),
                                actions(otherOrganization).contains("device.enrolled")))
                .containsExactly(true, false);
    }

    private Redemption wanted(
            EnrollmentCode code, String serial, KeyFingerprint key, Redemption.State state) {
        return enrolled.redemption(code, serial(serial), key, DeviceId.fresh(), state);
    }

    private Binding bind(Redemption redemption) {
        return store.bind(redemption, PENDING_MAX, event(organization, "bound"));
    }

    private Optional<Redemption> decide(RedemptionId id, boolean approved, OrganizationId owner) {
        return store.decide(
                owner,
                id,
                approved,
                OPERATOR.toString(),
                clock.instant(),
                event(organization, "decided"));
    }
}
