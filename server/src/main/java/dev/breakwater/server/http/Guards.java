/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.Refusals;

/**
 * What a listener defends itself with.
 *
 * @param refusals told of whatever is refused before a handler sees it
 * @param bans who is not let in
 * @param limits the limits in force
 */
public record Guards(Refusals refusals, Bans bans, Limits limits) {}
