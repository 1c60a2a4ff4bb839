/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

/** What became of a device's reply. Each is acknowledged. */
public enum ReplyOutcome {
    /** It ended the command. */
    RECORDED,
    /** The command had ended without it; it is kept beside the command. */
    LATE,
    /** The command had a reply already; nothing was stored. */
    DUPLICATE
}
