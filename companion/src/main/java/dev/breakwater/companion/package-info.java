/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What runs in the app of a device's owner while the owner sets the device up.
 *
 * <p>Guarantees: ticket and passphrase are sent to nobody but the device whose key the label names;
 * what the device says is read strictly and bounded in bytes and time; a failure is told as what it
 * is. Refuses pictures beyond stated bounds before they are decoded, and labels that are not ours.
 *
 * <p>Depends on the protocol alone, blocks, and holds no state between two calls; {@link
 * dev.breakwater.companion.LabelImage} needs java.desktop, nothing else here does. Read {@link
 * dev.breakwater.companion.DeviceSetup} first; what the app asks of the server is in {@code
 * account}.
 */
@NullMarked
package dev.breakwater.companion;

import org.jspecify.annotations.NullMarked;
