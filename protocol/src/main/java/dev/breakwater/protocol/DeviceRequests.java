/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol;

/** What devices ask over HTTPS besides EST, on the same port, and how the server says it. */
public final class DeviceRequests {

    /** Where an erased device hands in its receipt, by POST. */
    public static final String ERASURE_RECEIPTS = "/erasure-receipts";

    /** Where a device asks what time it is, by GET with a {@code nonce}. */
    public static final String TIME = "/time";

    /**
     * In the answer 410 to a request for the next certificate: the id of the device, which its
     * owner has given away, and which is to erase itself for that.
     */
    public static final String GIVEN_AWAY_HEADER = "Breakwater-Given-Away";

    private DeviceRequests() {}
}
