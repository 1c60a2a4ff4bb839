/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import dev.breakwater.server.limits.Limit;

/** What became of the wish to listen. */
public sealed interface Listening {

    /** It has begun; the cursor is to be closed. */
    record Begun(EventCursor cursor) implements Listening {}

    /** As many listen as may. */
    record TooMany(Limit limit, int listenersMax) implements Listening {}
}
