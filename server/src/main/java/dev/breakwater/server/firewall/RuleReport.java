/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import java.time.Instant;
import java.util.Optional;

/**
 * What one rule has found since it is as it is, or since the server started.
 *
 * @param rule its name
 * @param hits what it refused, or would have refused
 * @param lastAt when it did so last
 * @param lastSubject to whom
 * @param lastEvidence and why
 */
public record RuleReport(
        String rule,
        Mode mode,
        long hits,
        Optional<Instant> lastAt,
        Optional<String> lastSubject,
        Optional<String> lastEvidence) {}
