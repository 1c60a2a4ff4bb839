/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.server.refusal.RefusalReason;

/** What the registry says to a certificate whose time is over. */
public sealed interface Lapse {

    /** Its end is the only thing that stands against it, and was not long ago. */
    record Lapsed(LapsedDevice device) implements Lapse {}

    /** It is refused as any other is. */
    record NotRenewed(RefusalReason reason) implements Lapse {}
}
