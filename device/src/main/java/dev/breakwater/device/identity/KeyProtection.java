/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.util.Locale;

/**
 * What stands between a device's private key and a thief, in the server's words for assurance. It
 * says where this agent keeps its keys; the server believes whoever made the enrollment code.
 */
public enum KeyProtection {
    /** The key lies sealed on the device's storage and stands in memory while it is used. */
    SOFTWARE_KEY,

    /**
     * The key was made in a token that does not give it away. A token of software, such as SoftHSM,
     * is called so too: nothing a token says of itself proves what it is.
     */
    HARDWARE_KEY;

    /** The name in the server's API, e.g. {@code hardware-key}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
