/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import com.networknt.schema.regex.RegularExpression;
import java.io.Serial;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of a message schema, whose text an attacker chooses (ReDoS, CWE-1333). It is
 * bounded twice: what makes a matcher try a text again and again, such as a repetition within a
 * repetition, is refused when it is written; and all matches for one message together may look at a
 * bounded number of characters, after which the message counts as not fitting.
 */
final class BoundedPattern implements RegularExpression {

    private static final int CHARACTERS_MAX = 256;
    private static final int REPEATS_MAX = 256;

    /** What all matches of one check may still look at. */
    static final ScopedValue<Steps> STEPS = ScopedValue.newInstance();

    private final Pattern pattern;

    BoundedPattern(String text) {
        this.pattern = Pattern.compile(text);
    }

    /** Ends a match; never leaves this class. */
    private static final class TooCostly extends RuntimeException {
        @Serial private static final long serialVersionUID = 1;

        TooCostly() {
            super("the patterns of a schema look at too many characters", null, false, false);
        }
    }

    /** Counts down; used by one thread. */
    static final class Steps {
        private long left;
        private boolean exhausted;

        Steps(long left) {
            this.left = left;
        }

        private void spend() {
            if (left-- <= 0) {
                exhausted = true;
                throw new TooCostly();
            }
        }

        /** Whether a match was given up, so that what the check says means nothing. */
        boolean isExhausted() {
            return exhausted;
        }
    }

    /** Says no when it gives up: the validator would log an exception for each such message. */
    @Override
    public boolean matches(String value) {
        try {
            return pattern.matcher(new Counted(value, STEPS.get())).find();
        } catch (TooCostly gaveUp) {
            return false;
        }
    }

    /** A text that is counted each time a character of it is looked at. */
    private record Counted(String text, Steps steps) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            steps.spend();
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.substring(start, end), steps);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Lets a pattern through.
     *
     * @throws RulesRefused with the construct that is at fault
     */
    static void require(String at, String text) throws RulesRefused {
        if (text.isEmpty() || text.length() > CHARACTERS_MAX) {
            throw new RulesRefused(at, "is no pattern of 1 to " + CHARACTERS_MAX + " characters");
        }
        try {
            var _ = Pattern.compile(text);
        } catch (PatternSyntaxException malformed) {
            throw new RulesRefused(at, "is no regular expression");
        }
        new Reader(at, text).alternatives(0);
    }

    /**
     * Reads a pattern that compiles, only to find what it repeats.
     *
     * <p>Group, then quantifier: a group may be repeated a fixed number of times, or be there or
     * not, if nothing within it varies in length; a single character or class may be repeated at
     * will.
     */
    private static final class Reader {
        private final String at;
        private final String text;
        private int next;

        Reader(String at, String text) {
            this.at = at;
            this.text = text;
        }

        /** Returns whether what was read varies in length. */
        boolean alternatives(int depth) throws RulesRefused {
            boolean varies = false;
            while (next < text.length()) {
                char character = text.charAt(next++);
                switch (character) {
                    case '(' -> varies |= group(depth + 1);
                    case ')' -> {
                        if (depth > 0) {
                            return varies;
                        }
                        throw refused("closes a group that was not opened");
                    }
                    case '|' -> varies = true;
                    case '[' -> {
                        characterClass();
                        varies |= quantified();
                    }
                    case '\\' -> {
                        escape();
                        varies |= quantified();
                    }
                    case '*', '+', '?', '{' -> throw refused("repeats nothing");
                    default -> varies |= quantified();
                }
            }
            return varies;
        }

        private boolean group(int depth) throws RulesRefused {
            if (depth > 8) {
                throw refused("has more than 8 groups within one another");
            }
            if (next < text.length() && text.charAt(next) == '?') {
                if (!text.startsWith("?:", next)) {
                    throw refused("has a group that begins with (? and is none of the kind (?:");
                }
                next += 2;
            }
            boolean varies = alternatives(depth);
            int before = next;
            boolean repeats = quantified();
            if (next == before) {
                return varies;
            }
            boolean optional = text.charAt(before) == '?';
            if (varies || (repeats && !optional)) {
                throw refused(
                        "repeats a group that varies in length, or repeats one at will; repeat a"
                                + " class such as [a-z-], or a group exactly, such as (ab){3}");
            }
            return repeats;
        }

        /** Takes a quantifier if there is one; says whether it leaves the length open. */
        private boolean quantified() throws RulesRefused {
            if (next == text.length()) {
                return false;
            }
            return switch (text.charAt(next)) {
                case '*', '+', '?' -> {
                    next++;
                    greed();
                    yield true;
                }
                case '{' -> counted();
                default -> false;
            };
        }

        private boolean counted() throws RulesRefused {
            int end = text.indexOf('}', next);
            String[] bounds = text.substring(next + 1, end).split(",", -1);
            next = end + 1;
            greed();
            for (String bound : bounds) {
                if (bound.length() > 3
                        || (!bound.isEmpty() && Integer.parseInt(bound) > REPEATS_MAX)) {
                    throw refused("repeats something more than " + REPEATS_MAX + " times");
                }
            }
            return bounds.length > 1 && !bounds[0].equals(bounds[1]);
        }

        /** A second sign says how greedy the first one is. */
        private void greed() {
            if (next < text.length() && (text.charAt(next) == '?' || text.charAt(next) == '+')) {
                next++;
            }
        }

        private void characterClass() throws RulesRefused {
            if (next < text.length() && text.charAt(next) == '^') {
                next++;
            }
            boolean first = true;
            while (next < text.length()) {
                char character = text.charAt(next++);
                if (character == '\\') {
                    escape();
                } else if (character == ']' && !first) {
                    return;
                } else if (character == '[' || (character == '&' && text.startsWith("&", next))) {
                    throw refused("has a class within a class; write \\[ for the character");
                }
                first = false;
            }
        }

        private void escape() throws RulesRefused {
            char escaped = text.charAt(next++);
            if ((escaped >= '1' && escaped <= '9') || escaped == 'k') {
                throw refused("refers back to a group");
            }
            if (escaped == 'Q' || escaped == 'G' || escaped == 'X' || escaped == 'R') {
                throw refused("has the escape \\" + escaped);
            }
            if ((escaped == 'p' || escaped == 'P' || escaped == 'x')
                    && next < text.length()
                    && text.charAt(next) == '{') {
                next = text.indexOf('}', next) + 1;
            }
        }

        private RulesRefused refused(String why) {
            return new RulesRefused(at, why + ", which could take very long to match");
        }
    }
}
