/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.audit;

import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Lets a test wait for what is appended, and passes it on to a real log if there is one. */
public final class RecordingAuditLog implements AuditLog {

    private final Optional<AuditLog> behind;
    private final BlockingQueue<AuditEvent> appended = new LinkedBlockingQueue<>();

    /** A log that stores nothing. */
    public RecordingAuditLog() {
        this.behind = Optional.empty();
    }

    /** A log in front of a real one. */
    public RecordingAuditLog(AuditLog behind) {
        this.behind = Optional.of(behind);
    }

    /** The next event that was appended; waits for it. */
    public AuditEvent next() throws InterruptedException {
        AuditEvent event = appended.poll(10, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing was audited within 10 s");
        }
        return event;
    }

    /** Whether everything was taken. */
    public boolean hasNoMore() {
        return appended.isEmpty();
    }

    @Override
    @Unscoped("as in the interface")
    public void append(AuditEvent event) {
        behind.ifPresent(log -> log.append(event));
        appended.add(event);
    }

    @Override
    public List<AuditEntry> entries(
            OrganizationId organization, long beforeSequence, int countMax) {
        return behind.map(log -> log.entries(organization, beforeSequence, countMax))
                .orElse(List.of());
    }
}
