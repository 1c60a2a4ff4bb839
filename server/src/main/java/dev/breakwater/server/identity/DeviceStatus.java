/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import java.util.Locale;

/** Whether a device may connect, and if not, who can change that. */
public enum DeviceStatus {
    /** It may connect. */
    ACTIVE,
    /** An operator has taken it off for a while; reinstating brings it back. */
    SUSPENDED,
    /**
     * It behaves as a copied or broken device would; an operator must look before reinstating it.
     */
    QUARANTINED,
    /**
     * It is out for good: its certificates are revoked, and only a new enrollment brings the
     * hardware back.
     */
    REVOKED;

    /** The name in API and audit log, e.g. {@code active}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
