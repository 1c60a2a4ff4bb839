/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import java.time.Instant;

/**
 * A browser or command line from which a member has logged in.
 *
 * @param secret what it shows the next time
 * @param isNew whether it is told so for the first time
 * @param expiresAt when it is forgotten, unless its member logs in there again
 */
public record KnownSource(KnownSourceSecret secret, boolean isNew, Instant expiresAt) {}
