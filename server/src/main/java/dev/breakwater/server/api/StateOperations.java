/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.message.StatePatch;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.ContractViolation;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.twin.StateDocument;
import dev.breakwater.server.twin.Twin;
import dev.breakwater.server.twin.TwinChange;
import dev.breakwater.server.twin.Twins;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Reported and desired state. The entity tag is the version of the desired state. */
final class StateOperations {

    private final Twins twins;

    StateOperations(Twins twins) {
        this.twins = twins;
    }

    void register(Handlers handlers) {
        handlers.on("getState", Permission.STATE_READ, this::get)
                .on(
                        "changeDesiredState",
                        Permission.STATE_WRITE,
                        this::change,
                        AuditAction.TWIN_DESIRED_CHANGED);
    }

    record StateView(long version, ObjectNode state, Optional<Instant> changedAt) {
        static StateView of(StateDocument document) {
            return new StateView(document.version(), document.state(), document.changedAt());
        }
    }

    record TwinView(StateView reported, StateView desired, ObjectNode difference) {
        static TwinView of(Twin twin) {
            return new TwinView(
                    StateView.of(twin.reported()), StateView.of(twin.desired()), twin.difference());
        }
    }

    private static Reply ok(Twin twin) {
        return Reply.ok(TwinView.of(twin)).etag(twin.desired().version());
    }

    private Reply get(AuthenticatedCaller caller, Call call) {
        return twins.get(caller.organization(), call.id("deviceId", DeviceId::parse))
                .map(StateOperations::ok)
                .orElseGet(Problems::notFound);
    }

    private Reply change(AuthenticatedCaller caller, Call call) throws ContractViolation {
        if (call.ifMatch() instanceof Call.IfMatch.Absent) {
            return Problems.preconditionNeeded();
        }
        StatePatch patch;
        try {
            patch = new StatePatch(call.body());
        } catch (IllegalArgumentException tooLarge) {
            throw ContractViolation.member("", "is refused: " + tooLarge.getMessage());
        }
        TwinChange change =
                twins.setDesired(
                        caller.organization(),
                        call.id("deviceId", DeviceId::parse),
                        patch,
                        call.ifMatch().expectedVersion(),
                        caller.actor());
        return switch (change) {
            case TwinChange.Changed(Twin twin) -> ok(twin);
            case TwinChange.Unchanged(Twin twin) -> ok(twin);
            case TwinChange.NoSuchDevice() -> Problems.notFound();
            case TwinChange.VersionMismatch(Twin current) ->
                    Problems.versionMismatch(current.desired().version());
            case TwinChange.TooLarge(String why) ->
                    throw ContractViolation.member("", "is refused: " + why);
        };
    }
}
