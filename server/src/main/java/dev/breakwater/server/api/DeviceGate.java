/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.Operation;
import dev.breakwater.server.ownership.DeviceOwnership;
import dev.breakwater.server.ownership.Reach;
import dev.breakwater.server.refusal.RefusalReason;
import java.util.Map;
import java.util.Optional;

/**
 * What stands between a caller and the device that the path names. One that is out of reach is
 * answered for as if there were none; of one that is shared with the caller it is said that the
 * share does not cover the operation.
 */
final class DeviceGate {

    private final DeviceOwnership ownership;

    DeviceGate(DeviceOwnership ownership) {
        this.ownership = ownership;
    }

    /** That the caller does not get through. */
    record Barred(RefusalReason reason, Map<String, String> details, Reply reply) {}

    /** Whether an operation of this permission is refused for the device that the call names. */
    Optional<Barred> barred(AuthenticatedCaller caller, Permission permission, Call call) {
        return call.values()
                .optionalText("deviceId")
                .map(DeviceId::parse)
                .flatMap(device -> barred(caller, permission, device));
    }

    /**
     * The same, when there is an answer at last to a call that was held back: what let the caller
     * in may have ended meanwhile.
     */
    Optional<Barred> barredSince(AuthenticatedCaller caller, Permission permission, Call call) {
        return call.operation().takes("wait") && call.values().optionalInteger("wait").isPresent()
                ? barred(caller, permission, call)
                : Optional.empty();
    }

    /** Whether an operation of this permission is refused for the device. */
    Optional<Barred> barred(AuthenticatedCaller caller, Permission permission, DeviceId device) {
        Reach reach = ownership.reach(caller, device);
        if (!reach.isAny()) {
            Map<String, String> details = Map.of("device", device.toString());
            return Optional.of(
                    new Barred(RefusalReason.NOT_THEIR_DEVICE, details, Problems.notFound()));
        }
        if (!reach.permits(permission)) {
            String needed = permission.code();
            return Optional.of(
                    new Barred(
                            RefusalReason.SHARE_TOO_NARROW,
                            Map.of("device", device.toString(), "permission", needed),
                            Problems.shareTooNarrow(needed)));
        }
        return Optional.empty();
    }

    /** The document says what is for device owners; their own account is everybody's. */
    static boolean isForDeviceOwners(Operation operation) {
        return operation.isForDeviceOwners()
                || Permission.OF_EVERY_MEMBER.stream()
                        .anyMatch(own -> own.code().equals(operation.permission()));
    }
}
