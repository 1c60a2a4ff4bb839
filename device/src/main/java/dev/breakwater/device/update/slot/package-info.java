/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The two places a device's software can lie in, and the small record that says which one boots.
 *
 * <p>Guarantees: an artifact is written to the spare slot only, within its signed length, is read
 * back from there before anything can boot it, and the switch is one durable write, so that a power
 * cut at any moment leaves the old choice or the new one. Refuses archives that say anything twice
 * or reach outside their directory ({@code ZipArchive}), images longer than their slot, and
 * selector records whose checksum is wrong. It does not know who signed what, and it cannot tell a
 * slot that an attacker changed on the medium after the switch from one that is well: that takes a
 * verified boot or dm-verity below it.
 *
 * <p>Read {@link dev.breakwater.device.update.slot.Slots} first, then {@link
 * dev.breakwater.device.update.slot.BootTurn}, which is what boots.
 */
@NullMarked
package dev.breakwater.device.update.slot;

import org.jspecify.annotations.NullMarked;
