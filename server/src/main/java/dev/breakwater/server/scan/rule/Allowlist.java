/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What is no secret after all.
 *
 * @param all whether all kinds of conditions that are given must hold, and not only one of them
 * @param target what the expressions look at
 * @param rules the rules it counts for; none for all
 */
record Allowlist(
        boolean all,
        Target target,
        List<ByteRegex> regexes,
        List<ByteRegex> paths,
        List<String> stopwords,
        Set<String> rules) {

    /** What an expression looks at. */
    enum Target {
        SECRET,
        MATCH,
        LINE
    }

    Allowlist {
        regexes = List.copyOf(regexes);
        paths = List.copyOf(paths);
        stopwords = List.copyOf(stopwords);
        rules = Set.copyOf(rules);
    }

    boolean isFor(String rule) {
        return rules.isEmpty() || rules.contains(rule);
    }

    /** Whether the path alone settles it, before anything is matched. */
    boolean allowsPath(CharSequence path) {
        boolean onlyPaths = regexes.isEmpty() && stopwords.isEmpty();
        return (onlyPaths || !all) && matchesPath(path);
    }

    boolean allows(Candidate candidate) {
        candidate.time().run();
        boolean byRegex = regexes.stream().anyMatch(regex -> regex.isIn(candidate.text(target)));
        boolean byPath = matchesPath(candidate.timedPath());
        String secret = candidate.secret().toLowerCase(Locale.ROOT);
        boolean byWord = stopwords.stream().anyMatch(secret::contains);
        if (!all) {
            return byRegex || byPath || byWord;
        }
        return (regexes.isEmpty() || byRegex)
                && (paths.isEmpty() || byPath)
                && (stopwords.isEmpty() || byWord);
    }

    private boolean matchesPath(CharSequence path) {
        return paths.stream().anyMatch(regex -> regex.isIn(path));
    }
}
