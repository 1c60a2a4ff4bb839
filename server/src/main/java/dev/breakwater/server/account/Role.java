/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a token or a member is for, as the set of permissions it gives. */
public enum Role {
    /** Everything, the organization itself included. */
    OWNER(EnumSet.complementOf(EnumSet.copyOf(Permission.OF_EVERY_MEMBER))),
    /** Everything within the organization; cannot make owners. */
    ADMINISTRATOR(
            EnumSet.complementOf(
                    EnumSet.of(
                            Permission.ORGANIZATION_WRITE,
                            Permission.SELF_READ,
                            Permission.SELF_WRITE))),
    /** Runs the fleet: everything but people, tokens, products, releases and firewall rules. */
    OPERATOR(
            EnumSet.of(
                    Permission.ORGANIZATION_READ,
                    Permission.PRODUCTS_READ,
                    Permission.DEVICES_READ,
                    Permission.DEVICES_WRITE,
                    Permission.DEVICES_CONTROL,
                    Permission.DEVICES_REVOKE,
                    Permission.OWNERS_READ,
                    Permission.OWNERS_WRITE,
                    Permission.ENROLLMENT_READ,
                    Permission.ENROLLMENT_WRITE,
                    Permission.STATE_READ,
                    Permission.STATE_WRITE,
                    Permission.TELEMETRY_READ,
                    Permission.COMMANDS_READ,
                    Permission.COMMANDS_WRITE,
                    Permission.RELEASES_READ,
                    Permission.ROLLOUTS_READ,
                    Permission.ROLLOUTS_WRITE,
                    Permission.FIREWALL_READ,
                    Permission.FINDINGS_WRITE,
                    Permission.EVENTS_READ,
                    Permission.AUDIT_READ)),
    /** Helps customers: reads devices and what they told, and sends commands. */
    SUPPORT(
            EnumSet.of(
                    Permission.ORGANIZATION_READ,
                    Permission.PRODUCTS_READ,
                    Permission.DEVICES_READ,
                    Permission.OWNERS_READ,
                    Permission.STATE_READ,
                    Permission.TELEMETRY_READ,
                    Permission.COMMANDS_READ,
                    Permission.COMMANDS_WRITE,
                    Permission.RELEASES_READ,
                    Permission.ROLLOUTS_READ,
                    Permission.FIREWALL_READ,
                    Permission.EVENTS_READ)),
    /** Reads everything, changes nothing. */
    AUDITOR(
            EnumSet.of(
                    Permission.ORGANIZATION_READ,
                    Permission.MEMBERS_READ,
                    Permission.TOKENS_READ,
                    Permission.PRODUCTS_READ,
                    Permission.DEVICES_READ,
                    Permission.OWNERS_READ,
                    Permission.ENROLLMENT_READ,
                    Permission.STATE_READ,
                    Permission.TELEMETRY_READ,
                    Permission.COMMANDS_READ,
                    Permission.RELEASES_READ,
                    Permission.ROLLOUTS_READ,
                    Permission.FIREWALL_READ,
                    Permission.EVENTS_READ,
                    Permission.AUDIT_READ)),
    /** A customer: reads and commands the devices that are theirs, and knows of no others. */
    DEVICE_OWNER(
            EnumSet.of(
                    Permission.DEVICES_READ,
                    Permission.STATE_READ,
                    Permission.STATE_WRITE,
                    Permission.TELEMETRY_READ,
                    Permission.COMMANDS_READ,
                    Permission.COMMANDS_WRITE,
                    Permission.EVENTS_READ));

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable view of a set nobody else holds
    private final Set<Permission> permissions;

    Role(EnumSet<Permission> permissions) {
        this.permissions = Collections.unmodifiableSet(permissions);
    }

    /** What it permits. */
    public Set<Permission> permissions() {
        return permissions;
    }

    /** The name in API, store and audit log, e.g. {@code operator}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads the name.
     *
     * @throws IllegalArgumentException if there is no such role
     */
    public static Role parse(String code) {
        for (Role role : values()) {
            if (role.code().equals(code)) {
                return role;
            }
        }
        throw new IllegalArgumentException(
                ("there is no role '%s'; there are owner, administrator, operator, support, auditor"
                                + " and device-owner")
                        .formatted(code));
    }
}
