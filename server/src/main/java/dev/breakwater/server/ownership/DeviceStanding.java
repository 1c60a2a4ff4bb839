/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

import java.util.Locale;

/** All that anybody who has read a label may know: whether to buy the device. */
public enum DeviceStanding {
    /** It belongs to nobody. */
    FREE,
    /** It belongs to somebody. */
    OWNED,
    /** Its owner says that it was stolen. */
    REPORTED_STOLEN;

    /** The name in the API, e.g. {@code reported-stolen}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
