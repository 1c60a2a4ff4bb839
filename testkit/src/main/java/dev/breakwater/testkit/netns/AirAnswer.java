/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.netns;

/** What becomes of an attempt to join a network of the {@link Air}. */
public enum AirAnswer {
    /** In it, with an address. */
    IN,
    /** Not let in with this passphrase. */
    WRONG_PASSPHRASE,
    /** Nobody has opened a network of this name. */
    NOT_FOUND,
    /** Let in and given no address. */
    NO_ADDRESS
}
