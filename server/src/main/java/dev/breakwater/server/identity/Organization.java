/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;

/**
 * One customer of this server.
 *
 * @param name 1 to 100 characters, for people
 * @param enabled while it is not, none of its devices is admitted
 * @param secondFactorRequired whether its members may do anything before they have proven a second
 *     factor
 * @param version rises with each change that its members make
 */
public record Organization(
        OrganizationId id,
        String name,
        boolean enabled,
        boolean secondFactorRequired,
        Instant createdAt,
        long version) {

    /** One that is only being made. */
    public static Organization fresh(String name, Instant now) {
        return new Organization(OrganizationId.fresh(), name, true, false, now, 1);
    }

    /** The same organization under another name. */
    public Organization named(String other) {
        return new Organization(id, other, enabled, secondFactorRequired, createdAt, version);
    }

    /** The same organization with or without the need of a second factor. */
    public Organization secondFactorRequired(boolean required) {
        return new Organization(id, name, enabled, required, createdAt, version);
    }
}
