/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import java.util.BitSet;

/**
 * How much a regular expression of RE2 may match at most, how large its program becomes, and what
 * every match goes through; read off the text before it is compiled. The first lets the scan look
 * at the surroundings of a keyword instead of a whole file, the second stops {@code
 * ((a{999}){999}){999}} before it takes the memory, the third spares most of the matching.
 *
 * @param longest bytes of the longest match, or {@link #UNBOUNDED}
 * @param size characters and classes after all repetitions are written out
 * @param outline what every match goes through
 */
record RegexShape(long longest, long size, RegexOutline outline) {

    /** No end to what may match. */
    static final long UNBOUNDED = Long.MAX_VALUE;

    private static final int NESTING_MAX = 64;

    /** How many ranges a class of Unicode has, about. */
    private static final int UNICODE_CLASS_SIZE = 256;

    private static final RegexShape NOTHING = new RegexShape(0, 1, RegexOutline.NOTHING);
    private static final RegexShape ONE = new RegexShape(1, 1, RegexOutline.any());

    private static RegexShape one(BitSet bytes) {
        return new RegexShape(1, 1, RegexOutline.of(bytes));
    }

    /**
     * Reads an expression that need not be correct: what is wrong in it, its compiler says.
     *
     * @throws IllegalArgumentException if groups are nested deeper than 64
     */
    static RegexShape of(String regex) {
        Reader reader = new Reader(regex);
        RegexShape shape = reader.alternatives(0);
        while (reader.more()) {
            // A parenthesis too many; the compiler refuses it.
            reader.at++;
            shape = shape.then(reader.alternatives(0));
        }
        return shape;
    }

    private RegexShape ofUnicode() {
        return new RegexShape(longest, UNICODE_CLASS_SIZE, outline);
    }

    private RegexShape then(RegexShape next) {
        return new RegexShape(
                sum(longest, next.longest), sum(size, next.size), outline.then(next.outline));
    }

    private RegexShape or(RegexShape other) {
        return new RegexShape(
                Math.max(longest, other.longest), sum(size, other.size), outline.or(other.outline));
    }

    private RegexShape times(long atLeast, long written, boolean endless) {
        long bytes = endless && longest > 0 ? UNBOUNDED : product(longest, written);
        return new RegexShape(
                bytes,
                product(size, Math.max(written, 1)),
                outline.times(atLeast, endless || written > Math.max(atLeast, 1)));
    }

    private static long sum(long a, long b) {
        return a > UNBOUNDED - b ? UNBOUNDED : a + b;
    }

    private static long product(long a, long b) {
        return b != 0 && a > UNBOUNDED / b ? UNBOUNDED : a * b;
    }

    /** Goes once through the text. */
    private static final class Reader {

        private final String regex;
        private int at;

        Reader(String regex) {
            this.regex = regex;
        }

        boolean more() {
            return at < regex.length();
        }

        private boolean next(String text) {
            return regex.startsWith(text, at);
        }

        RegexShape alternatives(int depth) {
            if (depth > NESTING_MAX) {
                throw new IllegalArgumentException("groups are nested deeper than " + NESTING_MAX);
            }
            RegexShape all = sequence(depth);
            while (next("|")) {
                at++;
                all = all.or(sequence(depth));
            }
            return all;
        }

        private RegexShape sequence(int depth) {
            RegexShape all = NOTHING;
            while (more() && !next("|") && !next(")")) {
                all = all.then(repeated(atom(depth)));
            }
            return all;
        }

        private RegexShape atom(int depth) {
            char c = regex.charAt(at++);
            return switch (c) {
                case '(' -> group(depth);
                case '[' -> characterClass();
                case '\\' -> escape();
                case '^', '$' -> NOTHING;
                case '.' -> ONE;
                default -> one(ByteClass.single(c));
            };
        }

        private RegexShape group(int depth) {
            if (next("?")) {
                while (more() && "?P<".indexOf(regex.charAt(at)) >= 0) {
                    at++;
                }
                while (more() && ":>)".indexOf(regex.charAt(at)) < 0) {
                    at++;
                }
                if (next(")")) {
                    at++;
                    return NOTHING;
                }
                at++;
            }
            RegexShape inside = alternatives(depth + 1);
            if (next(")")) {
                at++;
            }
            return inside;
        }

        private RegexShape characterClass() {
            ByteClass.Read read = ByteClass.read(regex, at);
            String text = regex.substring(at, Math.min(regex.length(), read.end()));
            at = read.end();
            RegexShape shape = one(read.bytes());
            return text.contains("\\p") || text.contains("\\P") ? shape.ofUnicode() : shape;
        }

        private RegexShape escape() {
            if (!more()) {
                return NOTHING;
            }
            char c = regex.charAt(at);
            if ("bBAz".indexOf(c) >= 0) {
                at++;
                return NOTHING;
            }
            if (c == 'Q') {
                return quoted();
            }
            ByteClass.Escape escape = ByteClass.escape(regex, at);
            at = escape.end();
            RegexShape shape = escape.bytes().map(RegexShape::one).orElse(ONE);
            return c == 'p' || c == 'P' ? shape.ofUnicode() : shape;
        }

        private RegexShape quoted() {
            int from = at + 1;
            int end = regex.indexOf("\\E", from);
            String quoted = regex.substring(from, end < 0 ? regex.length() : end);
            at = end < 0 ? regex.length() : end + 2;
            RegexOutline outline = RegexOutline.NOTHING;
            for (int i = 0; i < quoted.length(); i++) {
                outline = outline.then(RegexOutline.of(ByteClass.single(quoted.charAt(i))));
            }
            // What repeats behind it repeats its last character only; this holds for both.
            return new RegexShape(quoted.length(), quoted.length(), outline.inAnyOrder());
        }

        private RegexShape repeated(RegexShape atom) {
            RegexShape result = atom;
            while (more()) {
                char c = regex.charAt(at);
                if (c == '*' || c == '+') {
                    at++;
                    result = result.times(c == '*' ? 0 : 1, 1, true);
                } else if (c == '?') {
                    at++;
                    result = result.times(0, 1, false);
                } else if (c == '{') {
                    int end = regex.indexOf('}', at);
                    if (end < 0 || !counts(regex.substring(at + 1, end))) {
                        return result;
                    }
                    String[] counts = regex.substring(at + 1, end).split(",", -1);
                    at = end + 1;
                    String last = counts[counts.length - 1];
                    long atLeast = Long.parseLong(counts[0]);
                    result =
                            last.isEmpty()
                                    ? result.times(atLeast, atLeast + 1, true)
                                    : result.times(atLeast, Long.parseLong(last), false);
                } else {
                    return result;
                }
                if (next("?")) {
                    // As few as will do: which match is taken, not whether there is one.
                    at++;
                }
            }
            return result;
        }

        /** At most six digits each, so that they are numbers; the compiler takes up to 1,000. */
        private static boolean counts(String text) {
            int comma = text.indexOf(',');
            String first = comma < 0 ? text : text.substring(0, comma);
            String second = comma < 0 ? "0" : text.substring(comma + 1);
            return !first.isEmpty()
                    && first.length() <= 6
                    && second.length() <= 6
                    && first.chars().allMatch(c -> c >= '0' && c <= '9')
                    && second.chars().allMatch(c -> c >= '0' && c <= '9');
        }
    }
}
