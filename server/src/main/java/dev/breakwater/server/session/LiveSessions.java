/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The live session of each connected device. Thread-safe; no method blocks. */
public final class LiveSessions {

    private final ConcurrentHashMap<DeviceId, DeviceSession> sessions = new ConcurrentHashMap<>();

    /** Makes this the device's session; the one before it, if any, is closed as taken over. */
    public void attach(DeviceSession session) {
        DeviceSession before = sessions.put(session.deviceId(), session);
        if (before != null) {
            before.close(FarewellReason.TAKEN_OVER);
        }
    }

    /**
     * Forgets a session that has ended. A session that was taken over must not remove its
     * successor, hence the comparison.
     *
     * @return whether it was still the device's session: not if it was taken over or told to close
     */
    public boolean detach(DeviceSession session) {
        return sessions.remove(session.deviceId(), session);
    }

    /** The device's live session, if it is connected. */
    public Optional<DeviceSession> of(DeviceId device) {
        return Optional.ofNullable(sessions.get(device));
    }

    /**
     * Ends the device's session, if it is connected. When this returns the device is not connected
     * any more; the session says its farewell on its own thread and closes its socket there.
     */
    public void close(DeviceId device, FarewellReason reason) {
        DeviceSession session = sessions.remove(device);
        if (session != null) {
            session.close(reason);
        }
    }

    /**
     * Ends the sessions of all devices of an organization that are connected when this is called.
     */
    public void closeAll(OrganizationId organization, FarewellReason reason) {
        for (DeviceSession session : sessions.values()) {
            if (session.organization().equals(organization)
                    && sessions.remove(session.deviceId(), session)) {
                session.close(reason);
            }
        }
    }

    /** A snapshot of all live sessions. */
    public Collection<DeviceSession> all() {
        return List.copyOf(sessions.values());
    }

    /** How many devices are connected. */
    public int count() {
        return sessions.size();
    }
}
