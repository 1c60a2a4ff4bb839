/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditChain;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.audit.AuditEvent;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the audit log does, on every database. */
abstract class AuditLogContract extends StoreContract {

    @Test
    void readsBackWhatItWroteNewestFirstAndByOrganization() {
        write(event(organization, "first"));
        write(event(organization, "second"));
        write(event(otherOrganization, "foreign"));

        List<AuditEntry> newest = audit.entries(organization, Long.MAX_VALUE, 1);
        assertThat(newest).extracting(AuditEntry::action).containsExactly("second");
        assertThat(audit.entries(organization, newest.getFirst().sequence(), 1))
                .extracting(AuditEntry::action)
                .containsExactly("first");
        assertThat(actions(otherOrganization)).doesNotContain("first", "second");
    }

    @Test
    void keepsTheHashOfOddTexts() {
        write(
                AuditEvent.of(
                        organization,
                        new Actor.Unproven("192.0.2.1"),
                        AuditAction.DEVICE_SUSPENDED,
                        "'; DROP TABLE audit_entry; -- \0 \uD83D\uDC1F",
                        Map.of("quote", "\"\\\n", "nul", "a\0b", "lone", "\uD83D")));

        assertThat(audit.verify()).isInstanceOf(AuditChain.Verdict.Intact.class);
    }

    @Test
    void verifiesMoreThanOnePage() {
        database.write(
                transaction -> {
                    for (int i = 0; i < 2_100; i++) {
                        audit.append(transaction, event(organization, "many"));
                    }
                    return 0;
                });

        assertThat(audit.verify())
                .isInstanceOfSatisfying(
                        AuditChain.Verdict.Intact.class,
                        verdict -> assertThat(verdict.entries()).isGreaterThan(2_100));
    }

    @Test
    void noticesATamperedRow() {
        write(event(organization, "first"));
        write(event(organization, "second"));
        alter("UPDATE audit_entry SET actor = 'server' WHERE action = 'first'");

        assertThat(audit.verify()).isInstanceOf(AuditChain.Verdict.Broken.class);
        alter("UPDATE audit_entry SET actor = '" + OPERATOR + "' WHERE action = 'first'");
    }

    @Test
    void writesNothingWhenTheChangeBesideItFails() {
        assertThatThrownBy(
                        () ->
                                database.write(
                                        transaction -> {
                                            audit.append(transaction, event(organization, "lost"));
                                            throw new SQLException("the change failed");
                                        }))
                .hasMessageContaining("the change failed");

        assertThat(actions(organization)).doesNotContain("lost");
    }

    @Test
    void appendsWithoutWaiting() {
        audit.append(event(organization, "appended"));
        write(event(organization, "behind"));

        assertThat(actions(organization)).startsWith("behind", "appended");
    }

    private void write(AuditEvent event) {
        database.write(
                transaction -> {
                    audit.append(transaction, event);
                    return event;
                });
    }

    private void alter(String sql) {
        int rows = database.write(transaction -> transaction.update(sql));
        assertThat(rows).isEqualTo(1);
    }
}
