/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A step in the life of one command, decided inside the committing transaction. It may be asked
 * more than once and must depend on nothing but its argument.
 */
public interface CommandStep {

    /** The command after the step; empty if the step is not possible. */
    Optional<DeviceCommand> from(DeviceCommand before);

    /** Who made it. */
    Actor actor();

    /** A device was revoked while the command was open. */
    static CommandStep dropped(Instant at) {
        return new Step(new Actor.Server(), before -> before.dropped(at));
    }

    /** The time is {@code now}. */
    static CommandStep overdue(Instant now) {
        return new Step(new Actor.Server(), before -> before.overdue(now));
    }

    /** What the audit log says of a command that has just been created or gone a step. */
    static AuditEvent event(DeviceCommand after, Actor actor) {
        return AuditEvent.of(
                after.organization(),
                actor,
                action(after),
                "command:" + after.id(),
                Map.of("device", after.device().toString(), "name", after.request().name()));
    }

    private static AuditAction action(DeviceCommand after) {
        if (after.progress().repliedLate()) {
            return AuditAction.COMMAND_REPLIED_LATE;
        }
        return switch (after.state()) {
            case QUEUED -> AuditAction.COMMAND_CREATED;
            case DELIVERED -> AuditAction.COMMAND_DELIVERED;
            case SUCCEEDED -> AuditAction.COMMAND_SUCCEEDED;
            case FAILED -> AuditAction.COMMAND_FAILED;
            case TIMED_OUT -> AuditAction.COMMAND_TIMED_OUT;
            case EXPIRED -> AuditAction.COMMAND_EXPIRED;
            case DROPPED -> AuditAction.COMMAND_DROPPED;
            case CANCELLED -> AuditAction.COMMAND_CANCELLED;
        };
    }

    /** A step that is a function. */
    record Step(Actor actor, Transition transition) implements CommandStep {

        /** Pure. */
        interface Transition {
            Optional<DeviceCommand> from(DeviceCommand before);
        }

        @Override
        public Optional<DeviceCommand> from(DeviceCommand before) {
            return transition.from(before);
        }
    }
}
