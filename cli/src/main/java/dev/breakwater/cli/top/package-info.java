/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What a running server is doing at this moment, in the terminal of whoever runs it.
 *
 * <p>It guarantees to need nothing but the loopback port for operators: no account, no token, and
 * no part of the server that a flood could have reached. It shows only what the server counts, and
 * computes rates from two looks at the same counters. It refuses any address but this machine's
 * own. Read {@link dev.breakwater.cli.top.TopCommand} first, then {@link
 * dev.breakwater.cli.top.ServerView}.
 */
@NullMarked
package dev.breakwater.cli.top;

import org.jspecify.annotations.NullMarked;
