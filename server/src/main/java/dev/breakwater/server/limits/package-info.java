/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Every limit of the server, in one file (invariant I13): {@link
 * dev.breakwater.server.limits.Limit}. An operator may lower or raise one by configuration within
 * the bounds stated there; nothing in the server is unbounded, and nothing else holds a limit of
 * its own.
 */
@NullMarked
package dev.breakwater.server.limits;

import org.jspecify.annotations.NullMarked;
