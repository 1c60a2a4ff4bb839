/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditChain.Verdict;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.testkit.TestClock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds of the log as evidence, whatever database it lies in. */
abstract class AuditArchiveContract {

    private DatabaseLocation location;

    abstract DatabaseLocation location();

    @BeforeEach
    void writeThreeEntries() {
        location = location();
        try (Database database = Database.open(location, Limits.defaults())) {
            SqlAuditLog log = new SqlAuditLog(database, TestClock.atPresent());
            for (int i = 1; i <= 3; i++) {
                log.append(
                        AuditEvent.ofServer(
                                new Actor.Server(),
                                AuditAction.DEVICE_REVOKED,
                                "device:" + i,
                                Map.of()));
            }
        }
    }

    @Test
    void provesAnIntactLog() {
        assertThat(verify(Optional.empty()))
                .isInstanceOfSatisfying(
                        Verdict.Intact.class, intact -> assertThat(intact.entries()).isEqualTo(3));
    }

    @Test
    void namesTheFirstAlteredEntry() {
        tamper("UPDATE audit_entry SET actor = 'nobody' WHERE sequence = 2");
        assertThat(verify(Optional.empty()))
                .isInstanceOfSatisfying(
                        Verdict.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(2));
    }

    @Test
    void missesAHeadThatWasKeptElsewhere() {
        Verdict.Intact whole = (Verdict.Intact) verify(Optional.empty());
        assertThat(verify(Optional.of(whole.headHash()))).isEqualTo(whole);
        tamper("DELETE FROM audit_entry WHERE sequence = 3");
        assertThat(verify(Optional.of(whole.headHash())))
                .isInstanceOfSatisfying(
                        Verdict.HeadMissing.class,
                        missing -> assertThat(missing.entries()).isEqualTo(2));
    }

    @Test
    void refusesADatabaseWithoutALog() {
        tamper("DROP TABLE audit_entry");
        assertThatThrownBy(() -> verify(Optional.empty()))
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageStartingWith("the audit log cannot be read");
    }

    private Verdict verify(Optional<String> keptHeadHash) {
        try (AuditArchive archive = AuditArchive.open(location)) {
            return archive.verify(keptHeadHash);
        }
    }

    private void tamper(String sql) {
        try (Database database = Database.open(location, Limits.defaults())) {
            database.write(
                    transaction -> {
                        transaction.update(sql);
                        return sql;
                    });
        }
    }
}
