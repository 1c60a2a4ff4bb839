/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.audit;

import dev.breakwater.server.organization.OrganizationId;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One thing that happened, before the log gave it its place.
 *
 * @param organization whose log shows it; empty for what concerns the server as a whole or nobody
 *     known
 * @param actor who did it
 * @param action the code of an {@link AuditAction}, e.g. {@code device.revoked}
 * @param subject what it was done to, e.g. {@code device:0199...}
 * @param details names and values an operator needs to understand it; at most 16 entries of at most
 *     1,024 characters, no secrets
 */
public record AuditEvent(
        Optional<OrganizationId> organization,
        Actor actor,
        String action,
        String subject,
        SortedMap<String, String> details) {

    private static final int DETAILS_MAX = 16;
    private static final int DETAIL_CHARACTERS_MAX = 1024;

    /**
     * Cuts over-long details instead of refusing them: an attacker's long name must not keep the
     * refusal out of the log.
     */
    public AuditEvent {
        if (details.size() > DETAILS_MAX) {
            throw new IllegalArgumentException(
                    "an audit event has at most " + DETAILS_MAX + " details");
        }
        TreeMap<String, String> bounded = new TreeMap<>();
        details.forEach((name, value) -> bounded.put(name, cut(value)));
        details = java.util.Collections.unmodifiableSortedMap(bounded);
        subject = cut(subject);
    }

    /** An event of one organization. */
    public static AuditEvent of(
            OrganizationId organization,
            Actor actor,
            AuditAction action,
            String subject,
            Map<String, String> details) {
        return new AuditEvent(
                Optional.of(organization), actor, action.code(), subject, new TreeMap<>(details));
    }

    /** An event that concerns no single organization. */
    public static AuditEvent ofServer(
            Actor actor, AuditAction action, String subject, Map<String, String> details) {
        return new AuditEvent(
                Optional.empty(), actor, action.code(), subject, new TreeMap<>(details));
    }

    /**
     * Also replaces NUL, which PostgreSQL refuses in a text: an attacker's odd name must not keep
     * the refusal out of the log either.
     */
    private static String cut(String untrusted) {
        String text = untrusted.replace('\0', '\uFFFD');
        return text.length() <= DETAIL_CHARACTERS_MAX
                ? text
                : text.substring(0, DETAIL_CHARACTERS_MAX - 1) + "…";
    }
}
