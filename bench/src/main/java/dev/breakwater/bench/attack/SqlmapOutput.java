/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What sqlmap says that it has found, also when it was ended half-way: its summary is missing then,
 * and what it had found before is not.
 *
 * @param isInjectable whether something can be injected into
 * @param suspicion the payload that sqlmap was ended before it could check again; empty for none
 * @param hasTested whether it came to test anything at all
 * @param errors answers of 500 that it counted
 */
record SqlmapOutput(
        boolean isInjectable, Optional<String> suspicion, boolean hasTested, long errors) {

    private static final Pattern FOUND =
            Pattern.compile(
                    "identified the following injection point|is vulnerable\\. Do you want to keep");

    /** What it has yet to check again; what does not stand the check is taken back. */
    private static final Pattern SUSPECTED =
            Pattern.compile("(appears to be|is) '([^']+)' injectable");

    private static final Pattern TAKEN_BACK =
            Pattern.compile("false positive or unexploitable|does not seem to be injectable");
    private static final Pattern NONE_FOUND =
            Pattern.compile("all tested parameters do not appear to be injectable");
    private static final Pattern TESTING = Pattern.compile("testing '[^']+'");
    private static final Pattern ERROR_500 = Pattern.compile("500 \\([^)]*\\) - (\\d+) times");

    /** Reads what a run has written. */
    static SqlmapOutput of(Program.Ended ended) {
        String text = ended.output();
        boolean found = FOUND.matcher(text).find();
        Optional<String> suspicion = ended.inTime() || found ? Optional.empty() : suspicion(text);
        boolean cut = !ended.inTime() && TESTING.matcher(text).find();
        Matcher error = ERROR_500.matcher(text);
        return new SqlmapOutput(
                found,
                suspicion,
                found || suspicion.isPresent() || cut || NONE_FOUND.matcher(text).find(),
                error.find() ? Long.parseLong(error.group(1)) : 0);
    }

    private static Optional<String> suspicion(String text) {
        Optional<MatchResult> last = last(SUSPECTED, text);
        int takenBack = last(TAKEN_BACK, text).map(MatchResult::start).orElse(-1);
        return last.filter(one -> one.start() > takenBack).map(one -> one.group(2));
    }

    private static Optional<MatchResult> last(Pattern pattern, String text) {
        return pattern.matcher(text).results().reduce((_, later) -> later);
    }
}
