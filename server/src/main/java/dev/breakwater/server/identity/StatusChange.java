/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

/** What became of a request to change a device's status. */
public sealed interface StatusChange {

    /** It has the status now, and this is how it stands. */
    record Changed(Device device) implements StatusChange {}

    /** The organization has no such device. */
    record NoSuchDevice() implements StatusChange {}

    /** Somebody else changed the device first. */
    record VersionMismatch(Device current) implements StatusChange {}

    /** The step is not possible from where the device stands, e.g. reinstating a revoked one. */
    record NotPossible(Device current) implements StatusChange {}
}
