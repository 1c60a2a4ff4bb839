/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.label;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;

/** A label as a maker gives it. */
public record NewDeviceLabel(DeviceSerial serial, SetupKeyHash key) {}
