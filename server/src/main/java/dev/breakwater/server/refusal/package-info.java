/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Every refusal of the server passes here (invariant I12) and leaves four things: a text that is
 * safe for the client, an operator's log line with ids, an audit event and a metric.
 *
 * <p>The text for the client never says which check failed when the answer would help an attacker:
 * every refused identity reads the same. A flood of refusals costs a counter, not a disk: beyond a
 * rate the audit log keeps one entry with the number left out. Each protocol translates a {@link
 * dev.breakwater.server.refusal.RefusalReason} to its own codes in one file of its own. Read {@link
 * dev.breakwater.server.refusal.RefusalReason} first.
 */
@NullMarked
package dev.breakwater.server.refusal;

import org.jspecify.annotations.NullMarked;
