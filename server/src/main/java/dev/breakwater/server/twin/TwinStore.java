/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.twin;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.OrganizationId;
import java.util.Optional;

/** Where twins are kept. A device has one from the moment it is registered. */
public interface TwinStore {

    /** The device's twin; empty if the organization has no such device. */
    Optional<Twin> find(OrganizationId organization, DeviceId device);

    /** Changes a twin; durable, with its audit entry, when it returns. Blocks. */
    TwinChange change(OrganizationId organization, DeviceId device, TwinEdit edit);

    /** Changes a twin without waiting; the completion is called once it is durable. */
    void submit(
            OrganizationId organization,
            DeviceId device,
            TwinEdit edit,
            Completion<? super TwinChange> completion);
}
