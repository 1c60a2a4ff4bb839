/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk;

import java.util.Locale;

/** Who has to agree before a device installs an update; from least to most. */
public enum UpdateApproval {
    /** Nobody further. */
    AUTOMATIC,
    /** Whoever owns the device. */
    OWNER,
    /** Two people of the organization that makes it. */
    TWO_PERSON;

    /** The name in the API, e.g. {@code two-person}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
