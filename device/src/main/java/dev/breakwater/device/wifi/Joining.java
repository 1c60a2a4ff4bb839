/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.wifi;

/** What became of an attempt to join a network. */
public enum Joining {
    /** The device is in it and has an address. */
    JOINED,
    /** The network did not let it in with this passphrase. */
    WRONG_PASSPHRASE,
    /** The radio does not hear it. */
    NETWORK_NOT_FOUND,
    /** It let the device in and gave it no address. */
    NO_ADDRESS
}
