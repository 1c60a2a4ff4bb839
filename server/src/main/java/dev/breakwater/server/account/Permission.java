/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import java.util.Locale;

/** What a caller may be permitted; the words in the API document's {@code x-permission}. */
public enum Permission {
    ORGANIZATION_READ,
    TOKENS_READ,
    TOKENS_WRITE,
    PRODUCTS_READ,
    PRODUCTS_WRITE,
    DEVICES_READ,
    DEVICES_CONTROL,
    DEVICES_REVOKE,
    ENROLLMENT_READ,
    ENROLLMENT_WRITE,
    STATE_READ,
    STATE_WRITE,
    TELEMETRY_READ,
    COMMANDS_READ,
    COMMANDS_WRITE,
    AUDIT_READ;

    /** The word in the document, e.g. {@code devices:read}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', ':');
    }
}
