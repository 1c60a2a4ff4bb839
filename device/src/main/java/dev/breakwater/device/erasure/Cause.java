/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.erasure;

import java.util.Locale;

/** Why a device was erased. */
public enum Cause {
    /** Somebody who had it in their hands wanted so. */
    BY_HAND,

    /** The server ordered it. */
    BY_ORDER,

    /** It was tampered with. */
    TAMPERED,

    /** It had been begun, and what is left of that does not say why. */
    UNKNOWN;

    /** The word for it in a receipt. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
