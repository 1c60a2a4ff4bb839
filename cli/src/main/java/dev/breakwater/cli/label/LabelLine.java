/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.label;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;

/**
 * One label of a list.
 *
 * @param number its line in the list, from 1 on
 */
record LabelLine(int number, DeviceSerial serial, SetupKeyHash key) {}
