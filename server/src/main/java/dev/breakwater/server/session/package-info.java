/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The devices that are connected at this moment, as the rest of the server sees them: something to
 * hand a message to, or to close. It knows no protocol; the channel implements {@link
 * dev.breakwater.server.session.DeviceSession}.
 *
 * <p>It guarantees at most one session per device: attaching a new one closes the one before. It
 * refuses nothing by itself. Read {@link dev.breakwater.server.session.LiveSessions} first.
 */
@NullMarked
package dev.breakwater.server.session;

import org.jspecify.annotations.NullMarked;
