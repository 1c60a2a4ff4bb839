/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tag;

import dev.breakwater.protocol.DeviceSerial;

/** What became of a change of tags. */
public sealed interface TagChange {

    /**
     * It is made.
     *
     * @param devices how many devices have other tags than before
     */
    record Changed(int devices) implements TagChange {}

    /** The organization has no such device. */
    record NoSuchDevice() implements TagChange {}

    /** No device of the organization that is not revoked has this serial; nothing was changed. */
    record NoSuchSerial(DeviceSerial serial) implements TagChange {}

    /** The device is revoked. */
    record Revoked() implements TagChange {}

    /** The device has another version than was expected. */
    record VersionMismatch(long version) implements TagChange {}

    /** A limit stands against it; nothing was changed. The text names limit and value. */
    record OutsideLimits(String why) implements TagChange {}
}
