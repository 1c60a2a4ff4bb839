/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.twin;

import dev.breakwater.protocol.message.StatePatch;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.JsonBounds;
import java.time.Instant;
import java.util.Optional;

/**
 * A device reports its state. It is data, not an act of somebody: the audit log does not tell it.
 */
record ReportedEdit(StatePatch patch, JsonBounds bounds, Instant at) implements TwinEdit {

    @Override
    public TwinChange decide(Twin before) {
        StateDocument after = before.reported().patched(patch, at);
        if (after.version() == before.reported().version()) {
            return new TwinChange.Unchanged(before);
        }
        Optional<String> exceeded = bounds.exceededBy(after.state(), "the reported state");
        return exceeded.isPresent()
                ? new TwinChange.TooLarge(exceeded.get())
                : new TwinChange.Changed(new Twin(after, before.desired()));
    }

    @Override
    public Optional<AuditEvent> event(Twin after) {
        return Optional.empty();
    }
}
