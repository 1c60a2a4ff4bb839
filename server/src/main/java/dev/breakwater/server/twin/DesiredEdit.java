/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.twin;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.message.StatePatch;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.JsonBounds;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** An operator or an app says what the device should become. */
record DesiredEdit(
        OrganizationId organization,
        DeviceId device,
        StatePatch patch,
        Optional<Long> expectedVersion,
        Actor actor,
        JsonBounds bounds,
        Instant at)
        implements TwinEdit {

    @Override
    public TwinChange decide(Twin before) {
        long version = before.desired().version();
        if (expectedVersion.isPresent() && expectedVersion.get() != version) {
            return new TwinChange.VersionMismatch(before);
        }
        StateDocument after = before.desired().patched(patch, at);
        if (after.version() == version) {
            return new TwinChange.Unchanged(before);
        }
        Optional<String> exceeded = bounds.exceededBy(after.state(), "the desired state");
        return exceeded.isPresent()
                ? new TwinChange.TooLarge(exceeded.get())
                : new TwinChange.Changed(new Twin(before.reported(), after));
    }

    @Override
    public Optional<AuditEvent> event(Twin after) {
        return Optional.of(
                AuditEvent.of(
                        organization,
                        actor,
                        AuditAction.TWIN_DESIRED_CHANGED,
                        "device:" + device,
                        Map.of("version", Long.toString(after.desired().version()))));
    }
}
