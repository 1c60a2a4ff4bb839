/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.enrollment.LapsedRenewal;
import dev.breakwater.server.enrollment.Redemption;
import dev.breakwater.server.enrollment.RedemptionId;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.testkit.pki.TestKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What devices whose certificate has ended need of a store, whichever database it is. */
abstract class LapsedRenewalContract extends StoreContract {

    private static final int PENDING_MAX = 3;

    private SqlLapsedRenewalStore renewals;
    private EnrolledDevices enrolled;
    private ProductId product;

    @BeforeEach
    void openRenewals() {
        renewals = new SqlLapsedRenewalStore(database, audit);
        enrolled = new EnrolledDevices(this);
        product = product(organization, "tank");
    }

    private LapsedRenewal wanted(String serial) throws Exception {
        EnrolledDevices.Enrolled device = enrolled.enroll(organization, product, serial);
        return wish(device, serial);
    }

    private LapsedRenewal wish(EnrolledDevices.Enrolled device, String serial) {
        return new LapsedRenewal(
                RedemptionId.fresh(),
                organization,
                product,
                serial(serial),
                device.id(),
                device.fingerprint(),
                EnrolledDevices.key(TestKeys.p256()),
                Redemption.State.PENDING,
                now(),
                "192.0.2.7",
                Optional.empty());
    }

    private Instant now() {
        return clock.instant();
    }

    private Optional<LapsedRenewal> begin(LapsedRenewal wanted) {
        return renewals.begin(wanted, PENDING_MAX, event(organization, "lapsed-renewal.requested"));
    }

    private Optional<LapsedRenewal> decide(LapsedRenewal waiting, boolean approved) {
        return renewals.decide(
                organization,
                waiting.id(),
                approved,
                "token:t-1",
                now(),
                event(organization, approved ? "enrollment.approved" : "enrollment.denied"));
    }

    @Test
    void keepsAWishAsItWas() throws Exception {
        LapsedRenewal wanted = wanted("A-1");
        assertThat(renewals.ofLapsed(organization, wanted.lapsed())).isEmpty();
        assertThat(begin(wanted)).contains(wanted);
        assertThat(renewals.ofLapsed(organization, wanted.lapsed())).contains(wanted);
        assertThat(renewals.renewal(organization, wanted.id())).contains(wanted);
        assertThat(actions(organization)).contains("lapsed-renewal.requested");
    }

    /** An operator has seen the key of the first: a second wish changes nothing. */
    @Test
    void keepsOneWishForEachCertificate() throws Exception {
        EnrolledDevices.Enrolled device = enrolled.enroll(organization, product, "A-1");
        LapsedRenewal first = wish(device, "A-1");
        assertThat(begin(first)).contains(first);
        assertThat(begin(wish(device, "A-1"))).contains(first);
        assertThat(decide(first, false)).isPresent();
        assertThat(begin(wish(device, "A-1")).orElseThrow().state())
                .isEqualTo(Redemption.State.DENIED);
        assertThat(actions(organization))
                .filteredOn(action -> action.equals("lapsed-renewal.requested"))
                .hasSize(1);
    }

    @Test
    void letsNoMoreWaitThanTheLimitAndAgainWhenOneIsDecided() throws Exception {
        List<LapsedRenewal> waiting = new ArrayList<>();
        for (int i = 0; i < PENDING_MAX; i++) {
            LapsedRenewal next = wanted("A-" + i);
            assertThat(begin(next)).isPresent();
            waiting.add(next);
        }
        LapsedRenewal more = wanted("B-1");
        assertThat(begin(more)).isEmpty();
        assertThat(renewals.ofLapsed(organization, more.lapsed())).isEmpty();
        // Whoever waits already is told how it stands.
        assertThat(begin(waiting.getFirst())).contains(waiting.getFirst());
        assertThat(decide(waiting.getFirst(), true)).isPresent();
        assertThat(begin(more)).contains(more);
    }

    @Test
    void listsThoseWhoWaitInPagesInTheOrderOfTheirIds() throws Exception {
        List<LapsedRenewal> waiting = new ArrayList<>();
        for (int i = 0; i < PENDING_MAX; i++) {
            waiting.add(begin(wanted("A-" + i)).orElseThrow());
        }
        waiting.sort(Comparator.comparing(one -> one.id().toString()));
        List<LapsedRenewal> page = renewals.pending(organization, Optional.empty(), 2);
        assertThat(page).isEqualTo(waiting.subList(0, 2));
        assertThat(renewals.pending(organization, Optional.of(page.getLast().id()), 2))
                .isEqualTo(waiting.subList(2, 3));
        assertThat(decide(waiting.get(0), true)).isPresent();
        assertThat(decide(waiting.get(1), false)).isPresent();
        assertThat(renewals.pending(organization, Optional.empty(), 10))
                .isEqualTo(waiting.subList(2, 3));
    }

    @Test
    void isDecidedOnceAndSaysByWhom() throws Exception {
        LapsedRenewal waiting = begin(wanted("A-1")).orElseThrow();
        LapsedRenewal approved = decide(waiting, true).orElseThrow();
        assertThat(approved.state()).isEqualTo(Redemption.State.GRANTED);
        assertThat(approved.decidedBy()).contains("token:t-1");
        assertThat(decide(waiting, false)).isEmpty();
        assertThat(renewals.renewal(organization, waiting.id())).contains(approved);
        assertThat(actions(organization))
                .contains("enrollment.approved")
                .doesNotContain("enrollment.denied");
    }

    @Test
    void showsAndDecidesNothingOfAnotherOrganization() throws Exception {
        LapsedRenewal waiting = begin(wanted("A-1")).orElseThrow();
        assertThat(renewals.ofLapsed(otherOrganization, waiting.lapsed())).isEmpty();
        assertThat(renewals.renewal(otherOrganization, waiting.id())).isEmpty();
        assertThat(renewals.pending(otherOrganization, Optional.empty(), 10)).isEmpty();
        assertThat(
                        renewals.decide(
                                otherOrganization,
                                waiting.id(),
                                true,
                                "token:t-2",
                                now(),
                                event(otherOrganization, "enrollment.approved")))
                .isEmpty();
        assertThat(renewals.renewal(organization, waiting.id())).contains(waiting);
        assertThat(actions(otherOrganization)).doesNotContain("enrollment.approved");
    }
}
