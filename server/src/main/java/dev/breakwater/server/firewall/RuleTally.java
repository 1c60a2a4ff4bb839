/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.server.firewall.ProductRules.Rule;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A rule and what it has found so far. Thread-safe.
 *
 * @param <R> the kind of rule
 */
final class RuleTally<R extends Rule> {

    private final R rule;
    private final LongAdder hits = new LongAdder();
    private volatile @Nullable Last last;

    private record Last(Instant at, String subject, String evidence) {}

    RuleTally(R rule) {
        this.rule = rule;
    }

    R rule() {
        return rule;
    }

    boolean isOn() {
        return rule.mode() != Mode.OFF;
    }

    void hit(Instant at, String subject, String evidence) {
        hits.increment();
        last = new Last(at, subject, evidence);
    }

    RuleReport report() {
        Optional<Last> seen = Optional.ofNullable(last);
        return new RuleReport(
                rule.name(),
                rule.mode(),
                hits.sum(),
                seen.map(Last::at),
                seen.map(Last::subject),
                seen.map(Last::evidence));
    }
}
