/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.LiveSessions;
import java.util.Map;
import java.util.Optional;

/**
 * Takes devices off and brings them back. Each step is durable first, then the registry's version
 * rises ({@link RegistryVersion} says why), then the live session is closed: a crash between leaves
 * a device that is refused at its next packet-less moment, its next CONNECT, and a restart closes
 * every session anyway. Methods block; they belong on virtual threads.
 */
public final class DeviceLifecycle {

    private final DeviceStore devices;
    private final LiveSessions sessions;
    private final RegistryVersion version;
    private final StatusWatch watch;

    /** Wires a lifecycle that nobody watches. */
    public DeviceLifecycle(DeviceStore devices, LiveSessions sessions, RegistryVersion version) {
        this(devices, sessions, version, StatusWatch.NOBODY);
    }

    /**
     * Wires the lifecycle.
     *
     * @param version shared with the {@link DeviceRegistry}
     * @param watch told of every change before the session is closed for it
     */
    public DeviceLifecycle(
            DeviceStore devices,
            LiveSessions sessions,
            RegistryVersion version,
            StatusWatch watch) {
        this.devices = devices;
        this.sessions = sessions;
        this.version = version;
        this.watch = watch;
    }

    /**
     * Changes a device's status and ends its session unless it may stay.
     *
     * @param reason why, in the operator's words; 1 to 500 characters, shown wherever the device is
     *     shown
     * @param expectedVersion only if the device still has this version; empty for whatever version
     */
    public StatusChange change(
            OrganizationId organization,
            DeviceId id,
            DeviceStatus status,
            String reason,
            Optional<Long> expectedVersion,
            Actor actor) {
        AuditEvent event =
                AuditEvent.of(
                        organization,
                        actor,
                        action(status),
                        "device:" + id,
                        Map.of("reason", reason));
        StatusChange outcome;
        try {
            outcome =
                    devices.changeStatus(organization, id, status, reason, expectedVersion, event);
        } catch (StorageUnavailable nobodyKnows) {
            // It may be durable all the same, so nothing that was read before it may serve.
            version.rise(id);
            throw nobodyKnows;
        }
        if (outcome instanceof StatusChange.Changed(Device changed)) {
            version.rise(id);
            watch.statusChanged(changed);
            farewell(status).ifPresent(farewell -> sessions.close(id, farewell));
        }
        return outcome;
    }

    /**
     * Called when a certificate is used after its successor has connected: one of the two holders
     * is a copy, and nobody can tell which, so the device is taken off whole.
     */
    void quarantineClone(CredentialRecord superseded) {
        Device device = superseded.device();
        String reason =
                "%s generation %d was used after generation %d had connected: a clone is suspected"
                        .formatted(
                                switch (superseded.credential()) {
                                    case Credential _ -> "certificate";
                                    case DeviceToken _ -> "token";
                                },
                                superseded.credential().generation(),
                                device.confirmedGeneration());
        quarantineClone(device.organization(), device.id(), reason);
    }

    /** As above, for whatever sign of a clone. */
    void quarantineClone(OrganizationId organization, DeviceId device, String reason) {
        change(
                organization,
                device,
                DeviceStatus.QUARANTINED,
                reason,
                Optional.empty(),
                new Actor.Server());
    }

    private static AuditAction action(DeviceStatus status) {
        return switch (status) {
            case ACTIVE -> AuditAction.DEVICE_REINSTATED;
            case SUSPENDED -> AuditAction.DEVICE_SUSPENDED;
            case QUARANTINED -> AuditAction.DEVICE_QUARANTINED;
            case REVOKED -> AuditAction.DEVICE_REVOKED;
        };
    }

    private static Optional<FarewellReason> farewell(DeviceStatus status) {
        return switch (status) {
            case ACTIVE -> Optional.empty();
            case SUSPENDED -> Optional.of(FarewellReason.DEVICE_SUSPENDED);
            case QUARANTINED -> Optional.of(FarewellReason.DEVICE_QUARANTINED);
            case REVOKED -> Optional.of(FarewellReason.DEVICE_REVOKED);
        };
    }
}
