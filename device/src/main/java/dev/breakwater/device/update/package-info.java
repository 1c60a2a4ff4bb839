/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The updater below the decision whom to trust: from bytes that are known by their hash to a
 * version that has proved itself, or to the old one and a report.
 *
 * <p>Guarantees: whatever is cut, full or slow, the device boots a version that was verified, the
 * old one or the new one; the confirmed slot is never written to; a version counts as installed
 * only after it has run and its {@link dev.breakwater.device.update.HealthProbe} was content, which
 * includes that it reached the server; one that does not get there is given up by itself, and the
 * report about it waits until somebody has it; nothing below the {@link
 * dev.breakwater.device.update.RollbackFloor} is installed. Memory is fixed, however long the
 * artifact. No decision here rests on the wall clock.
 *
 * <p>It trusts an {@link dev.breakwater.device.update.InstallationOrder}, which is the one place
 * where a signed release comes in. Read {@link dev.breakwater.device.update.Updater} first.
 */
@NullMarked
package dev.breakwater.device.update;

import org.jspecify.annotations.NullMarked;
