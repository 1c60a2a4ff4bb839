/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.label.DeviceLabel;
import dev.breakwater.server.label.DeviceLabelId;
import dev.breakwater.server.label.LabelStore.Entry;
import dev.breakwater.server.label.LabelStore.Withdrawal;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What labels need of a store, whichever database it is. */
abstract class LabelContract extends StoreContract {

    private static final int MAX = 100;

    private SqlLabelStore labels;
    private ProductId product;

    @BeforeEach
    void openLabels() {
        labels = new SqlLabelStore(database, audit);
        product = product(organization, "tank");
    }

    @Test
    void keepsWhatWasEntered() {
        DeviceLabel one = label("A-1", "one");
        assertThat(enter(one)).isEqualTo(new Entry.Entered(List.of(one)));
        assertThat(labels.label(organization, one.id())).contains(one);
        assertThat(labels.label(organization, serial("A-1"))).contains(one);
        assertThat(labels.label(otherOrganization, one.id())).isEmpty();
        assertThat(labels.label(otherOrganization, serial("A-1"))).isEmpty();
        assertThat(actions(organization)).first().isEqualTo("device-label.entered");
    }

    @Test
    void leavesTheVerySameLabelAsItIs() {
        DeviceLabel one = label("A-1", "one");
        enter(one);
        assertThat(enter(label("A-1", "one"))).isEqualTo(new Entry.Entered(List.of(one)));
        assertThat(actions(organization))
                .filteredOn(action -> action.equals("device-label.entered"))
                .hasSize(1);
    }

    @Test
    void entersAllLabelsOrNone() {
        enter(label("A-1", "one"));
        assertThat(enter(label("A-2", "two"), label("A-1", "other")))
                .isEqualTo(new Entry.Taken(serial("A-1")));
        assertThat(enter(label("A-2", "two"), label("A-3", "one")))
                .isEqualTo(new Entry.Taken(serial("A-3")));
        assertThat(enter(label("A-2", "two"), label("A-3", "two")))
                .isEqualTo(new Entry.Taken(serial("A-3")));
        assertThat(enter(label("A-2", "two"), label("A-2", "three")))
                .isEqualTo(new Entry.Taken(serial("A-2")));
        assertThat(labels.label(organization, serial("A-2"))).isEmpty();
    }

    @Test
    void entersALabelInEachOrganization() {
        enter(label("A-1", "one"));
        ProductId theirs = product(otherOrganization, "tank");
        DeviceLabel same = label(otherOrganization, theirs, "A-1", "one");
        assertThat(
                        labels.enter(
                                otherOrganization,
                                List.of(same),
                                MAX,
                                event(otherOrganization, "device-label.entered")))
                .isEqualTo(new Entry.Entered(List.of(same)));
    }

    @Test
    void entersNoMoreThanMayBe() {
        for (int i = 0; i < MAX; i++) {
            enter(label("A-" + i, "key " + i));
        }
        assertThat(enter(label("B-1", "one more"))).isEqualTo(new Entry.TooMany(MAX));
        assertThat(enter(label("A-0", "key 0"))).isInstanceOf(Entry.Entered.class);
    }

    @Test
    void listsLabelsInPages() {
        enter(label("A-1", "one"), label("A-2", "two"), label("A-3", "three"));
        List<DeviceLabel> first = labels.labels(organization, Optional.empty(), 2);
        assertThat(first)
                .extracting(DeviceLabel::serial)
                .containsExactly(serial("A-1"), serial("A-2"));
        assertThat(labels.labels(organization, Optional.of(first.getLast().id()), 2))
                .extracting(DeviceLabel::serial)
                .containsExactly(serial("A-3"));
        assertThat(labels.labels(otherOrganization, Optional.empty(), 2)).isEmpty();
    }

    @Test
    void withdrawsALabelOnce() {
        DeviceLabel one = label("A-1", "one");
        enter(one);
        assertThat(withdraw(otherOrganization, one.id())).isEqualTo(Withdrawal.NO_SUCH_LABEL);
        assertThat(withdraw(organization, one.id())).isEqualTo(Withdrawal.WITHDRAWN);
        assertThat(withdraw(organization, one.id())).isEqualTo(Withdrawal.NO_SUCH_LABEL);
        assertThat(labels.label(organization, one.id())).isEmpty();
        assertThat(actions(organization)).first().isEqualTo("device-label.withdrawn");
        assertThat(actions(otherOrganization)).doesNotContain("device-label.withdrawn");
    }

    private Withdrawal withdraw(OrganizationId of, DeviceLabelId id) {
        return labels.withdraw(of, id, clock.instant(), event(of, "device-label.withdrawn"));
    }

    private Entry enter(DeviceLabel... wanted) {
        return labels.enter(
                organization, List.of(wanted), MAX, event(organization, "device-label.entered"));
    }

    private DeviceLabel label(String serial, String key) {
        return label(organization, product, serial, key);
    }

    private DeviceLabel label(OrganizationId of, ProductId its, String serial, String key) {
        return new DeviceLabel(
                DeviceLabelId.fresh(),
                of,
                its,
                serial(serial),
                SetupKeyHash.of(key.getBytes(StandardCharsets.UTF_8)),
                Assurance.SOFTWARE_KEY,
                clock.instant(),
                Optional.empty());
    }
}
