/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Joins the updater with the device's server: what is offered is judged, fetched, installed and
 * reported.
 *
 * <p>Guarantees: an {@link dev.breakwater.device.update.InstallationOrder} is made only of a
 * release that the release keys and the director vouch for, for this very device, by the time that
 * the server has proved; a statement older than one that was heeded is refused; nothing is
 * installed without the consent that the offer asks for; an offer that is withdrawn stops what has
 * not switched yet; how an update ended is told until the server has it. A server that is away,
 * busy or slow costs patience and nothing else. Memory is fixed, however long the artifact.
 *
 * <p>Refuses everything else, and tells the server why. Read {@link
 * dev.breakwater.device.update.rollout.DeviceUpdates} first.
 */
@NullMarked
package dev.breakwater.device.update.rollout;

import org.jspecify.annotations.NullMarked;
