/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.audit.AuditLog;
import dev.breakwater.server.limits.Limit;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** What happened. */
final class AuditOperations {

    private final AuditLog audit;

    AuditOperations(AuditLog audit) {
        this.audit = audit;
    }

    void register(Handlers handlers) {
        handlers.on("listAuditEntries", Permission.AUDIT_READ, this::list);
    }

    record AuditEntryView(
            long sequence,
            Instant at,
            String actor,
            String action,
            String subject,
            Map<String, String> details,
            String hash) {
        static AuditEntryView of(AuditEntry entry) {
            return new AuditEntryView(
                    entry.sequence(),
                    Instant.EPOCH.plus(entry.atMicros(), ChronoUnit.MICROS),
                    entry.actor(),
                    entry.action(),
                    entry.subject(),
                    entry.details(),
                    entry.hash());
        }
    }

    private Reply list(AuthenticatedCaller caller, Call call) throws ContractViolation {
        int count = call.count(Limit.PAGE_ROWS);
        long before = call.cursor(Long::valueOf).orElse(Long.MAX_VALUE);
        List<AuditEntry> rows = audit.entries(caller.organization(), before, count + 1);
        return Reply.ok(
                Page.of(rows, count, AuditEntryView::of, entry -> Long.toString(entry.sequence())));
    }
}
