/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

/** What became of the wish to change an organization. */
public sealed interface OrganizationChange {

    /** It is as wished. */
    record Changed(Organization organization) implements OrganizationChange {}

    /** There is no such organization. */
    record NoSuchOrganization() implements OrganizationChange {}

    /** Somebody else changed it first. */
    record VersionMismatch(Organization current) implements OrganizationChange {}
}
