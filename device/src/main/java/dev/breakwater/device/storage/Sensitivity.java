/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import java.util.Locale;
import java.util.Optional;

/** How much harm it does if others read an item. */
public enum Sensitivity {
    /** Whoever has it can be the device, or its owner: keys, passwords, tokens. */
    SECRET,

    /** It says something about a person. */
    PERSONAL,

    /** Neither; the device needs it to work. */
    OPERATIONAL;

    /** The word for it in a manifest. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Sensitivity> of(String code) {
        for (Sensitivity sensitivity : values()) {
            if (sensitivity.code().equals(code)) {
                return Optional.of(sensitivity);
            }
        }
        return Optional.empty();
    }
}
