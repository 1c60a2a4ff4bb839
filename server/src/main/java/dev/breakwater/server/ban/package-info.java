/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Who is not let in at all for a while. A source that keeps being refused at the HTTPS listeners is
 * banned from them: its connections are closed as they are accepted, and no handshake is spent on
 * them.
 *
 * <p>It guarantees that each refusal weighs what {@code Offences} says and nothing else does; that
 * what the server itself is to blame for, or a valid caller, weighs nothing; that a person who may
 * can ban what a finding names, for a time they state; that a ban ends by itself, lasts longer each
 * time, and is forgotten in the end; that its tables are bounded; and that the beginning of a ban,
 * and its end by an operator's hand, are in the audit log. It never bans a network that the
 * operator has excepted, and it says nothing about the device channel: a device with a good
 * certificate connects there whoever else uses its address. A ban does not survive a restart.
 *
 * <p>Read {@link dev.breakwater.server.ban.Bans} first.
 */
@NullMarked
package dev.breakwater.server.ban;

import org.jspecify.annotations.NullMarked;
