/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Who is banned from a server's HTTPS listeners, and how to let them in again.
 *
 * <p>It guarantees to need nothing but the loopback port for operators, for an operator may be
 * banned from all others; and so it works only on the machine the server runs on. Read {@link
 * dev.breakwater.cli.ban.BanCommand} first.
 */
@NullMarked
package dev.breakwater.cli.ban;

import org.jspecify.annotations.NullMarked;
