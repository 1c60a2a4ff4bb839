/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ownership;

/** How a member stands to a device. */
public sealed interface Access {

    /** It is theirs. */
    record Owner() implements Access {}

    /** It is shared with them at this moment. */
    record Shared(ShareRight right) implements Access {}

    /** They know of no such device. */
    record None() implements Access {}
}
