/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import java.sql.SQLException;

/**
 * What else ends, in the same transaction, when a device is revoked: a store that keeps things
 * waiting for devices implements it and is given to {@link SqlDeviceStore}. Only this package can
 * call or write one, because only it knows transactions.
 */
public interface RevocationConsequence {

    /** Drops what waits for the device. */
    void deviceRevoked(Transaction transaction, OrganizationId organization, DeviceId device)
            throws SQLException;
}
