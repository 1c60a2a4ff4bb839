/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.vetting.ScanRuleStore.Outcome;
import dev.breakwater.server.vetting.ScanRuleStore.OwnRules;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What own scan rules need of a store, whichever database it is. */
abstract class ScanRuleContract extends StoreContract {

    /** Neither text nor without zeros: the store looks at none of it. */
    private static final byte[] FILE = {'#', 0, (byte) 0xff, '\r', '\n'};

    private SqlScanRuleStore rules;

    @BeforeEach
    void openRules() {
        rules = new SqlScanRuleStore(database, audit);
    }

    private Outcome replace(OrganizationId of, byte[] file, Optional<Long> expected) {
        return rules.replace(of, file, expected, clock.instant(), event(of, "rules.changed"));
    }

    private long version(Outcome outcome) {
        return ((Outcome.Changed) outcome).now().version();
    }

    private List<String> audited(OrganizationId of) {
        return actions(of).stream().filter(action -> !action.contains("organization")).toList();
    }

    @Test
    void keepsAFileToTheByteForItsOrganizationAlone() {
        assertThat(version(replace(organization, FILE, Optional.of(0L)))).isEqualTo(1);
        OwnRules kept = rules.rules(organization);
        assertThat(kept.file()).isEqualTo(FILE);
        assertThat(kept.version()).isEqualTo(1);
        assertThat(rules.rules(otherOrganization).file()).isEmpty();
        assertThat(rules.rules(otherOrganization).version()).isZero();
        assertThat(audited(organization)).containsExactly("rules.changed");
    }

    @Test
    void countsOnOverARemovalAndRecordsWhatChangesOnly() {
        assertThat(version(replace(organization, new byte[0], Optional.empty()))).isZero();
        assertThat(audited(organization)).isEmpty();
        assertThat(version(replace(organization, FILE, Optional.empty()))).isEqualTo(1);
        assertThat(version(replace(organization, FILE.clone(), Optional.empty()))).isEqualTo(1);
        assertThat(version(replace(organization, new byte[0], Optional.of(1L)))).isEqualTo(2);
        assertThat(rules.rules(organization).file()).isEmpty();
        assertThat(version(replace(organization, FILE, Optional.of(2L)))).isEqualTo(3);
        assertThat(audited(organization)).hasSize(3);
    }

    @Test
    void leavesThemToWhoeverWasFaster() {
        assertThat(version(replace(organization, FILE, Optional.of(0L)))).isEqualTo(1);
        assertThat(replace(organization, new byte[0], Optional.of(0L)))
                .isEqualTo(new Outcome.VersionMismatch(1));
        assertThat(rules.rules(organization).file()).isEqualTo(FILE);
        assertThat(audited(organization)).hasSize(1);
    }
}
