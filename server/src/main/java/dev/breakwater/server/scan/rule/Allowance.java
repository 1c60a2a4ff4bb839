/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

/** What is left of the limits while one file is read; what is too much is not even compiled. */
final class Allowance {

    private final RuleLimits limits;
    private long expressionParts;
    private long keywordBytes;
    private long allowed;

    Allowance(RuleLimits limits) {
        this.limits = limits;
    }

    RuleLimits limits() {
        return limits;
    }

    /** Before an expression is compiled. */
    void expression(String where, long parts) throws RulesRefused {
        expressionParts += Math.min(parts, Integer.MAX_VALUE);
        if (expressionParts > limits.expressionParts()) {
            throw new RulesRefused(
                    "%s: all expressions together have more than %,d parts, repetitions written out; repeat less"
                            .formatted(where, limits.expressionParts()));
        }
    }

    /** After it was. */
    void groups(String where, int groups) throws RulesRefused {
        if (groups > limits.groups()) {
            throw new RulesRefused(
                    "%s: has %d groups, %d are taken; write (?:…) where none is needed"
                            .formatted(where, groups, limits.groups()));
        }
    }

    void keyword(String where, int bytes) throws RulesRefused {
        keywordBytes += bytes;
        if (keywordBytes > limits.keywordBytes()) {
            throw new RulesRefused(
                    "%s: all keywords together have more than %,d bytes"
                            .formatted(where, limits.keywordBytes()));
        }
    }

    void allowlist(String where, int entries) throws RulesRefused {
        allowed += entries;
        if (allowed > limits.allowed()) {
            throw new RulesRefused(
                    "%s: all allowlists together have more than %,d expressions and stopwords"
                            .formatted(where, limits.allowed()));
        }
    }

    void description(String where, String text) throws RulesRefused {
        if (text.length() > limits.descriptionChars()) {
            throw new RulesRefused(
                    "%s: the description has %,d characters, %,d are taken"
                            .formatted(where, text.length(), limits.descriptionChars()));
        }
    }
}
