/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a caller may be permitted; the words in the API document's {@code x-permission}. */
public enum Permission {
    ORGANIZATION_READ,
    ORGANIZATION_WRITE,
    MEMBERS_READ,
    MEMBERS_WRITE,
    SELF_READ,
    SELF_WRITE,
    TOKENS_READ,
    TOKENS_WRITE,
    PRODUCTS_READ,
    PRODUCTS_WRITE,
    DEVICES_READ,
    DEVICES_WRITE,
    DEVICES_CONTROL,
    DEVICES_REVOKE,
    OWNERS_READ,
    OWNERS_WRITE,
    ENROLLMENT_READ,
    ENROLLMENT_WRITE,
    STATE_READ,
    STATE_WRITE,
    TELEMETRY_READ,
    COMMANDS_READ,
    COMMANDS_WRITE,
    RELEASES_READ,
    RELEASES_WRITE,
    ROLLOUTS_READ,
    ROLLOUTS_WRITE,
    FIREWALL_READ,
    FIREWALL_WRITE,
    FINDINGS_WRITE,
    EVENTS_READ,
    AUDIT_READ;

    /** What every person may do with their own sessions, whatever their role; no token may. */
    public static final Set<Permission> OF_EVERY_MEMBER =
            Collections.unmodifiableSet(EnumSet.of(SELF_READ, SELF_WRITE));

    /** The word in the document, e.g. {@code devices:read}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', ':');
    }
}
