/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * How a device is set up by its owner's phone: its own network, a small HTTPS server with the
 * set-up key on it, and a state machine between the two and the server.
 *
 * <p>Guarantees: the network is open for a quarter of an hour at most and takes ten wrong tries at
 * most; when {@link dev.breakwater.device.setup.SetupMode#run} returns, nothing of the device
 * listens any more ({@link dev.breakwater.device.setup.ListeningSockets}); the failures an owner
 * can do something about are told apart; one attempt is made at a time. Refuses requests over 8
 * KiB, requests that take longer than 10 s, more than 4 connections at once, and requests that name
 * another host.
 *
 * <p>Read {@link dev.breakwater.device.setup.SetupMode} first.
 */
@NullMarked
package dev.breakwater.device.setup;

import org.jspecify.annotations.NullMarked;
