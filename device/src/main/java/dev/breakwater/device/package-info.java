/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The agent a product team builds its firmware on.
 *
 * <p>Guarantees: the device opens its one connection itself and listens on nothing; it speaks only
 * to a server that chains to the pinned root and only by TLS; its key never leaves it; what it
 * publishes is kept until the server has it on disk, within stated limits; each command is carried
 * out once and answered. Refuses malformed messages, expired commands, and certificates that are
 * not its own.
 *
 * <p>It uses blocking code on virtual threads, the TLS of the JDK and no server code. Read {@link
 * dev.breakwater.device.DeviceAgent} first, then {@code AgentLoop}, which is what it does all day.
 */
@NullMarked
package dev.breakwater.device;

import org.jspecify.annotations.NullMarked;
