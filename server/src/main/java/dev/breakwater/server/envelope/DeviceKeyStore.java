/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.OrganizationId;
import java.util.Optional;

/** Where devices' own envelope keys are kept. */
public interface DeviceKeyStore {

    /** The device's key, if it has said one. Blocks. */
    Optional<DeviceKey> deviceKey(OrganizationId organization, DeviceId device);

    /**
     * Keeps a device's key in the place of the one before. Never waits.
     *
     * @param completion told whether it is another one than before, once that is durable
     */
    void register(
            OrganizationId organization,
            DeviceId device,
            DeviceKey key,
            AuditEvent event,
            Completion<? super Boolean> completion);
}
