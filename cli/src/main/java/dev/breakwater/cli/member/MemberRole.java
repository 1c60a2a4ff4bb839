/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.member;

import java.util.Locale;

/** What a member may do; the server knows the details. */
enum MemberRole {
    /** Everything, the organization itself included. */
    OWNER,
    /** Everything within the organization. */
    ADMINISTRATOR,
    /** What daily work needs. */
    OPERATOR,
    /** Reading devices, and commands. */
    SUPPORT,
    /** Reading. */
    AUDITOR,
    /** A customer: their own devices and no others. */
    DEVICE_OWNER;

    /** The word of API and command line, e.g. {@code device-owner}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
