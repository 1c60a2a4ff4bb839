/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tamper;

import java.util.Locale;

/**
 * A sign that somebody works on the device who should not.
 *
 * @param kind which
 * @param detail for people, 1 to 200 characters, no secrets
 */
public record Tampering(Kind kind, String detail) {

    /** What was noticed. */
    public enum Kind {
        /** The enclosure was opened. */
        ENCLOSURE_OPENED,

        /** What the device runs or keeps was changed. */
        INTEGRITY_BROKEN,

        /** Somebody tried too many PINs or keys. */
        TOO_MANY_WRONG_UNLOCKS;

        /** The word for it in events. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Refuses a detail beyond the limit. */
    public Tampering {
        if (detail.isBlank() || detail.length() > 200) {
            throw new IllegalArgumentException("what was noticed is told in 1 to 200 characters");
        }
    }
}
