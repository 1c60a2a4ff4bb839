/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.account.Accounts;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.scan.rule.RulesRefused;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlAccountStore;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlScanRuleStore;
import dev.breakwater.server.vetting.ScanRules.Change;
import dev.breakwater.testkit.TestClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Organizations' own rules: who has which, from when on, and what is kept of them. */
class ScanRulesTest {

    private static final Actor SOMEBODY = new Actor.TokenHolder("t-1");
    private static final Limits LIMITS = Limits.with(Map.of(Limit.SCAN_RULE_SETS, 2));

    private final TestClock clock = TestClock.atPresent();
    @TempDir private Path directory = Path.of("");
    private Database database;
    private ScanRules rules;
    private OrganizationId reef;
    private OrganizationId lagoon;

    @BeforeEach
    void open() {
        reopen();
        Accounts accounts =
                new Accounts(
                        new SqlAccountStore(database, new SqlAuditLog(database, clock)),
                        LIMITS,
                        clock);
        reef = accounts.addOrganization("Reef", "first").token().organization();
        lagoon = accounts.addOrganization("Lagoon", "first").token().organization();
    }

    private void reopen() {
        database =
                Database.open(
                        new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db")),
                        LIMITS);
        rules =
                new ScanRules(
                        new SqlScanRuleStore(database, new SqlAuditLog(database, clock)),
                        LIMITS,
                        clock);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static byte[] file(String id) {
        return "# é\n[[rules]]\nid = '%s'\nregex = '%s-[0-9]{9}'\n"
                .formatted(id, id)
                .getBytes(StandardCharsets.UTF_8);
    }

    private Change.Changed set(OrganizationId organization, String id) throws RulesRefused {
        return (Change.Changed) rules.replace(organization, file(id), Optional.empty(), SOMEBODY);
    }

    @Test
    void keepsThemToTheByteOverARestart() throws RulesRefused {
        Change.Changed taken = set(reef, "licence");
        assertThat(taken.version()).isEqualTo(1);
        assertThat(taken.rules()).isEqualTo(1);
        database.close();
        reopen();
        assertThat(rules.own(reef).file()).isEqualTo(file("licence"));
        assertThat(rules.inForce(reef)).isEqualTo(taken.inForce());
        assertThat(rules.prepared(reef).rules()).isEqualTo(taken.inForce());
    }

    @Test
    void keepsOrganizationsApart() throws RulesRefused {
        RuleSet builtIn = rules.inForce(lagoon);
        assertThat(rules.inForce(reef)).isEqualTo(builtIn);
        assertThat(builtIn.version()).isZero();
        set(reef, "licence");
        assertThat(rules.inForce(lagoon)).isEqualTo(builtIn);
        assertThat(rules.own(lagoon).file()).isEmpty();
        assertThat(rules.inForce(reef).sha256()).isNotEqualTo(builtIn.sha256());
    }

    @Test
    void countsChangesAndKnowsTheSameRulesAgain() throws RulesRefused {
        String builtIn = rules.inForce(reef).sha256();
        RuleSet first = set(reef, "a1").inForce();
        assertThat(set(reef, "a1").inForce()).as("no change").isEqualTo(first);
        RuleSet second = set(reef, "b2").inForce();
        assertThat(second.version()).isEqualTo(2);
        assertThat(second.sha256()).isNotEqualTo(first.sha256());
        assertThat(rules.remove(reef, Optional.of(2L), SOMEBODY))
                .isInstanceOf(Change.Changed.class);
        assertThat(rules.inForce(reef)).isEqualTo(new RuleSet(3, builtIn));
        assertThat(set(reef, "a1").inForce()).isEqualTo(new RuleSet(4, first.sha256()));
    }

    @Test
    void losesNothingToWhoeverHasNotSeenIt() throws RulesRefused {
        set(reef, "a1");
        assertThat(rules.replace(reef, file("b2"), Optional.of(0L), SOMEBODY))
                .isEqualTo(new Change.VersionMismatch(1));
        assertThat(rules.remove(reef, Optional.of(7L), SOMEBODY))
                .isEqualTo(new Change.VersionMismatch(1));
        assertThat(rules.own(reef).file()).isEqualTo(file("a1"));
    }

    @Test
    void keepsWhatCountedIfTheNextIsNotUnderstood() throws RulesRefused {
        RuleSet counted = set(reef, "a1").inForce();
        byte[] broken = "[[rules]]\nid = 'x'\nregex = '('".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> rules.replace(reef, broken, Optional.empty(), SOMEBODY))
                .isInstanceOf(RulesRefused.class);
        assertThat(rules.inForce(reef)).isEqualTo(counted);
    }

    @Test
    void keepsFewCompiled() throws RulesRefused {
        List<Object> scans = new ArrayList<>();
        for (String id : List.of("a1", "b2", "c3", "d4")) {
            set(reef, id);
            scans.add(rules.prepared(reef).scan());
            assertThat(rules.prepared(reef).scan()).isSameAs(scans.getLast());
            assertThat(rules.compiledCount()).isLessThanOrEqualTo(2);
        }
        set(reef, "a1");
        assertThat(rules.prepared(reef).scan()).isNotSameAs(scans.getFirst());
        set(lagoon, "a1");
        assertThat(rules.prepared(lagoon).scan()).isSameAs(rules.prepared(reef).scan());
    }
}
