/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The device's radio: what it hears, its own network, and the network it joins.
 *
 * <p>Guarantees: names of networks are passed on byte by byte; a passphrase stands on no command
 * line and in no log, only in a file that NetworkManager and the device's own user may read; a join
 * that failed leaves nothing behind. Tells a wrong passphrase, a network that is not heard and one
 * that gives no address apart. Refuses networks without a passphrase.
 *
 * <p>Read {@link dev.breakwater.device.wifi.WifiRadio} first; {@link
 * dev.breakwater.device.wifi.NmcliRadio} is the one of devices with NetworkManager.
 */
@NullMarked
package dev.breakwater.device.wifi;

import org.jspecify.annotations.NullMarked;
