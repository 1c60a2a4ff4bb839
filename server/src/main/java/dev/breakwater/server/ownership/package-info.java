/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Which customers own which devices. A device owner is a member whose role ends at the devices that
 * are entered for them here: whoever asks for another device of the same organization is answered
 * as if there were none.
 *
 * <p>Guarantees that an entry joins a device and a member of one organization, and that a device
 * has no more owners than the limit says; that a device which its owner gives away is cut off at
 * once and shows nothing of them to whoever has it next. Refuses to give away what is reported
 * stolen. Read {@link dev.breakwater.server.ownership.DeviceOwnership} first, then {@link
 * dev.breakwater.server.ownership.Disposals}.
 */
@NullMarked
package dev.breakwater.server.ownership;

import org.jspecify.annotations.NullMarked;
