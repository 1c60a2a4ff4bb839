/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.guidance.GuidanceStore.Change;
import dev.breakwater.server.guidance.GuidanceStore.Stored;
import dev.breakwater.server.guidance.GuidanceText;
import dev.breakwater.server.guidance.OwnerGuidance;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What every database remembers of what makers tell owners. */
abstract class GuidanceContract extends StoreContract {

    private SqlGuidanceStore guidance;
    private ProductId tanks;

    @BeforeEach
    void makeProduct() {
        guidance = new SqlGuidanceStore(database, audit);
        tanks = product(organization, "tank");
    }

    @Test
    void hasNothingOfAProductThatStatesNothing() {
        assertThat(guidance.of(organization, tanks)).contains(Stored.NOTHING);
        assertThat(guidance.published(tanks)).isEqualTo(Stored.NOTHING);
        assertThat(guidance.published(ProductId.fresh())).isEqualTo(Stored.NOTHING);
    }

    @Test
    void keepsWhatWasStatedLast() throws Exception {
        OwnerGuidance first = read("{\"name\":\"Tank\",\"keeps\":[]}");
        assertThat(change(organization, first, Optional.empty()))
                .isEqualTo(new Change.Changed(new Stored(first, 1)));
        OwnerGuidance second = read("{\"supportedUntil\":\"2031-12-31\"}");
        assertThat(change(organization, second, Optional.of(1L)))
                .isEqualTo(new Change.Changed(new Stored(second, 2)));
        assertThat(guidance.of(organization, tanks)).contains(new Stored(second, 2));
        assertThat(guidance.published(tanks)).isEqualTo(new Stored(second, 2));
        assertThat(guidance.published(product(organization, "other"))).isEqualTo(Stored.NOTHING);
    }

    @Test
    void changesNothingThatSomebodyElseChangedFirst() throws Exception {
        OwnerGuidance first = read("{\"name\":\"Tank\"}");
        change(organization, first, Optional.of(0L));
        assertThat(change(organization, OwnerGuidance.NOTHING, Optional.of(0L)))
                .isEqualTo(new Change.VersionMismatch(new Stored(first, 1)));
        assertThat(guidance.published(tanks).guidance()).isEqualTo(first);
    }

    @Test
    void leavesOneEntryInTheLogForEachChangeAndNoneForTheSameAgain() throws Exception {
        OwnerGuidance stated = read("{\"name\":\"Tank\"}");
        change(organization, stated, Optional.empty());
        assertThat(change(organization, stated, Optional.empty()))
                .isEqualTo(new Change.Changed(new Stored(stated, 1)));
        assertThat(actions(organization)).containsOnlyOnce("product.guidance-changed");
    }

    @Test
    void isTheOrganizationsOwnToChange() throws Exception {
        assertThat(guidance.of(otherOrganization, tanks)).isEmpty();
        assertThat(change(otherOrganization, read("{\"name\":\"Tank\"}"), Optional.empty()))
                .isEqualTo(new Change.NoSuchProduct());
        assertThat(guidance.published(tanks)).isEqualTo(Stored.NOTHING);
        assertThat(actions(otherOrganization)).doesNotContain("product.guidance-changed");
    }

    private Change change(
            OrganizationId owner, OwnerGuidance stated, Optional<Long> expectedVersion) {
        return guidance.change(
                owner, tanks, stated, expectedVersion, event(owner, "product.guidance-changed"));
    }

    private static OwnerGuidance read(String json) throws Exception {
        return GuidanceText.read(JsonMapper.shared().readTree(json));
    }
}
