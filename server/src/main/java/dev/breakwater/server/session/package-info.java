/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The devices that are connected at this moment, as the rest of the server sees them: something to
 * hand a message to, or to close; the channel implements {@link
 * dev.breakwater.server.session.DeviceSession}. And what of an MQTT session outlives its
 * connection, for devices that ask for that.
 *
 * <p>It guarantees at most one session per device: attaching a new one closes the one before, which
 * is mute when that returns. What was kept of a session can be changed by the connection that holds
 * it and by no other. It refuses nothing by itself. Read {@link
 * dev.breakwater.server.session.LiveSessions} first, then {@link
 * dev.breakwater.server.session.KeptSessions}.
 */
@NullMarked
package dev.breakwater.server.session;

import org.jspecify.annotations.NullMarked;
