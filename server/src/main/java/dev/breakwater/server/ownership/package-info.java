/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Which customers own which devices. A device owner is a member whose role ends at the devices that
 * are entered for them here: whoever asks for another device of the same organization is answered
 * as if there were none. What an owner shares with another member lies here too, and what a caller
 * may do with one device is decided in one place, {@code DeviceOwnership.reach}.
 *
 * <p>Guarantees that an entry joins a device and a member of one organization, and that a device
 * has no more owners than the limit says; that a device which its owner gives away is cut off at
 * once and shows nothing of them to whoever has it next. Refuses to give away what is reported
 * stolen. A share gives what it says of one device, can be neither passed on nor kept when the
 * device leaves its owner's hands, and ends with the moment in which it is ended. Read {@link
 * dev.breakwater.server.ownership.DeviceOwnership} first, then {@link
 * dev.breakwater.server.ownership.Disposals} and {@link
 * dev.breakwater.server.ownership.DeviceShares}.
 */
@NullMarked
package dev.breakwater.server.ownership;

import org.jspecify.annotations.NullMarked;
