/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;

/**
 * How much one file of rules may ask for. Whoever hands in rules to a server makes it work for
 * them, beside all others.
 *
 * @param rules how many
 * @param expressionParts characters and classes of all expressions, repetitions written out; a
 *     class of Unicode counts as 256
 * @param keywordBytes of all keywords
 * @param allowed expressions and stopwords of all allowlists
 * @param groups of one expression; the engine keeps them for each place it may be in
 * @param descriptionChars of one description
 */
public record RuleLimits(
        int rules,
        long expressionParts,
        long keywordBytes,
        long allowed,
        int groups,
        int descriptionChars) {

    private static final int RULES_MAX = 2_000;
    private static final int GROUPS_MAX = 32;
    private static final int DESCRIPTION_MAX = 500;

    /** Of a file that somebody scans with on their own machine. */
    static final RuleLimits OF_ONES_OWN_MACHINE =
            new RuleLimits(
                    RULES_MAX,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    Integer.MAX_VALUE,
                    Integer.MAX_VALUE);

    /** Of an organization's own rules on a server. */
    public static RuleLimits of(Limits limits) {
        return new RuleLimits(
                limits.of(Limit.SCAN_OWN_RULES),
                limits.of(Limit.SCAN_OWN_EXPRESSION_PARTS),
                limits.of(Limit.SCAN_OWN_KEYWORD_BYTES),
                limits.of(Limit.SCAN_OWN_ALLOWED),
                GROUPS_MAX,
                DESCRIPTION_MAX);
    }

    /** The widest that an operator can have set when they were taken. */
    static RuleLimits widest() {
        return new RuleLimits(
                Limit.SCAN_OWN_RULES.highest(),
                Limit.SCAN_OWN_EXPRESSION_PARTS.highest(),
                Limit.SCAN_OWN_KEYWORD_BYTES.highest(),
                Limit.SCAN_OWN_ALLOWED.highest(),
                GROUPS_MAX,
                DESCRIPTION_MAX);
    }
}
