/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.label;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import java.time.Instant;
import java.util.Optional;

/**
 * One label, as its maker entered it.
 *
 * @param key by what the device proves that it is the one with this label
 * @param assurance what the maker states about where the device keeps its keys
 * @param device the device that was set up by it and is in use; empty before, and after disposal
 */
public record DeviceLabel(
        DeviceLabelId id,
        OrganizationId organization,
        ProductId product,
        DeviceSerial serial,
        SetupKeyHash key,
        Assurance assurance,
        Instant enteredAt,
        Optional<DeviceId> device) {}
