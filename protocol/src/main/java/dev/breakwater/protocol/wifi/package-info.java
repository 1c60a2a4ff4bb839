/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The names and passphrases of Wi-Fi networks, as IEEE 802.11 has them.
 *
 * <p>Guarantees: a name is the bytes that were heard, whatever they are, and is shown without harm
 * to a terminal or a log; a passphrase can be used as one and is never printed. Refuses names of 0
 * or more than 32 bytes and passphrases that no network can have.
 *
 * <p>Read {@link dev.breakwater.protocol.wifi.Ssid} first.
 */
@NullMarked
package dev.breakwater.protocol.wifi;

import org.jspecify.annotations.NullMarked;
