/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression of RE2 over bytes: each byte is one character, as in ISO 8859-1, so that
 * offsets are those of the file and no byte that is not UTF-8 swallows the one after it. It takes
 * time in proportion to the text whatever it says.
 */
public final class ByteRegex {

    private static final int TEXT_MAX = 8_192;
    private static final int SIZE_MAX = 20_000;

    private final Pattern pattern;
    private final long longest;
    private final RegexOutline.Search outline;

    private ByteRegex(Pattern pattern, RegexShape shape) {
        this.pattern = pattern;
        this.longest = shape.longest();
        this.outline = shape.outline().search();
    }

    /**
     * Compiles.
     *
     * @param where what it belongs to, for the message
     */
    static ByteRegex compile(String where, String regex, Allowance allowance) throws RulesRefused {
        if (regex.isEmpty() || regex.length() > TEXT_MAX) {
            throw new RulesRefused(
                    "%s: has %d characters, 1 to %d are taken"
                            .formatted(where, regex.length(), TEXT_MAX));
        }
        if (regex.chars().anyMatch(c -> c >= 0x80)) {
            throw new RulesRefused(
                    where + ": is not ASCII; the scan reads bytes, write others as \\xHH");
        }
        try {
            RegexShape shape = RegexShape.of(regex);
            if (shape.size() > SIZE_MAX) {
                throw new RulesRefused(
                        "%s: repeats its parts to more than %,d; repeat less"
                                .formatted(where, SIZE_MAX));
            }
            allowance.expression(where, shape.size());
            ByteRegex compiled = new ByteRegex(Pattern.compile(regex), shape);
            allowance.groups(where, compiled.groups());
            return compiled;
        } catch (PatternSyntaxException | IllegalArgumentException wrong) {
            throw new RulesRefused(where + ": is no RE2 expression: " + wrong.getMessage(), wrong);
        }
    }

    /**
     * Looks for it in such a text.
     *
     * @param time throws when there is no more of it; asked now and then while the text is read
     */
    public Matcher matcher(String text, Runnable time) {
        return pattern.matcher(new TimedText(text, time));
    }

    /**
     * Whether it may be somewhere in these bytes, which takes far less time than to look for it. If
     * this says no, it is not there.
     */
    public boolean mayBeIn(byte[] bytes, int from, int to) {
        return outline.mayBeIn(bytes, from, to);
    }

    /** Whether it is somewhere in a text. */
    boolean isIn(CharSequence text) {
        return pattern.matcher(text).find();
    }

    /** How many groups it has. */
    int groups() {
        return pattern.groupCount();
    }

    /** Bytes of its longest match, or {@link Long#MAX_VALUE}. */
    long longest() {
        return longest;
    }
}
