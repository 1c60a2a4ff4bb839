/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.command;

/** What became of a step. */
public sealed interface CommandChange {

    /** It was made, and the command stands like this now. */
    record Changed(DeviceCommand command) implements CommandChange {}

    /** It was not possible from where the command stands, or had been made already. */
    record Unchanged(DeviceCommand command) implements CommandChange {}

    /** The organization has no such command. */
    record NoSuchCommand() implements CommandChange {}
}
