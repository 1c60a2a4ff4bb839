/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ban;

import java.time.Instant;

/**
 * A ban in force.
 *
 * @param reason the code of the refusal that was one too many, or the finding that somebody acted
 *     on
 * @param until when it ends by itself
 * @param count how many bans of this network are remembered, this one included
 */
public record Ban(SourceNetwork network, String reason, Instant begun, Instant until, int count) {}
