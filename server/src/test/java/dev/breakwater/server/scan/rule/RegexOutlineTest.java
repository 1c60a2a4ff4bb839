/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegexOutlineTest {

    private static final int EXPRESSIONS = 3_000;
    private static final int TEXTS = 12;

    /** Repetitions of repetitions: larger ones are refused, and smaller ones show as much. */
    private static final int SIZE_MAX = 5_000;

    private static final List<String> ATOMS =
            List.of(
                    "a",
                    "b",
                    "Z",
                    "=",
                    "\\.",
                    "\\n",
                    "\\x41",
                    "\\x{6b}",
                    "\\xe9",
                    "\\101",
                    "\\d",
                    "\\s",
                    "\\w",
                    "\\D",
                    "\\W",
                    ".",
                    "[abc]",
                    "[^abc]",
                    "[a-f]",
                    "[^\\x00-\\x40]",
                    "[]x-]",
                    "[^]x]",
                    "[[:alpha:]_]",
                    "[^[:digit:]]",
                    "[\\d.]",
                    "[^\\s\\d]",
                    "\\pL",
                    "[\\101b]",
                    "\\bq",
                    "^",
                    "$",
                    "\\Qa.b\\E",
                    "[K-]",
                    "\\x{212a}");
    private static final List<String> QUANTIFIERS =
            List.of("", "", "", "?", "*", "+", "{2}", "{1,3}", "{0,2}", "{2,}", "{3,70}", "+?");
    private static final List<String> FLAGS = List.of("", "(?i)", "(?s)", "(?m)", "(?U)");
    private static final String ALPHABET = "aAbBcCdfkKqxyzZ=.-] \n_019\u00e9\u00c9";

    private static ByteRegex compiled(String regex) throws RulesRefused {
        return ByteRegex.compile("test", regex, new Allowance(RuleLimits.OF_ONES_OWN_MACHINE));
    }

    private static boolean mayBeIn(String regex, String text) throws RulesRefused {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return compiled(regex).mayBeIn(bytes, 0, bytes.length);
    }

    private static String expression(Random random, int depth) {
        StringBuilder regex = new StringBuilder();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            boolean isGroup = depth > 0 && random.nextInt(3) == 0;
            if (isGroup) {
                regex.append(random.nextBoolean() ? "(" : "(?:")
                        .append(expression(random, depth - 1))
                        .append(random.nextInt(3) == 0 ? "|" : "")
                        .append(random.nextBoolean() ? "|" + expression(random, depth - 1) : "")
                        .append(')');
            } else {
                regex.append(ATOMS.get(random.nextInt(ATOMS.size())));
            }
            regex.append(QUANTIFIERS.get(random.nextInt(QUANTIFIERS.size())));
        }
        return regex.toString();
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(24); i > 0; i--) {
            String some = ALPHABET.charAt(random.nextInt(ALPHABET.length())) + "";
            text.append(some.repeat(random.nextInt(6) == 0 ? 1 + random.nextInt(80) : 1));
        }
        return text.toString();
    }

    @Test
    void neverDeniesWhatIsThere() throws Exception {
        long seed = 20_261_127;
        Random random = new Random(seed);
        int found = 0;
        int denied = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            String regex =
                    FLAGS.get(random.nextInt(FLAGS.size())) + expression(random, random.nextInt(3));
            if (RegexShape.of(regex).size() > SIZE_MAX) {
                continue;
            }
            ByteRegex compiled = compiled(regex);
            for (int j = 0; j < TEXTS; j++) {
                String text = text(random);
                byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
                boolean may = compiled.mayBeIn(bytes, 0, bytes.length);
                if (compiled.isIn(text)) {
                    found++;
                    assertThat(may).as("seed %d, /%s/ in '%s'", seed, regex, text).isTrue();
                } else {
                    denied += may ? 0 : 1;
                }
            }
        }
        // Both happen, or it would show nothing.
        assertThat(found).isGreaterThan(EXPRESSIONS);
        assertThat(denied).isGreaterThan(EXPRESSIONS);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    'a[0-9]{3}b', a12b, a123b
                    'a[0-9]{2,4}b', a1b, a1234b
                    'ab?c+d', abd, accd
                    '(?:ab|cd)=["'']?x', ab-x, cd=x
                    '^x{70}', xxx, xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
                    '(?i)Key:\\d', key:x, KEY:7
                    '\\Qa.b\\E', cd, a.b
                    '\\Qab\\E{3}', ab, abbb
                    """)
    void deniesWhereLessThanAMatchStands(String regex, String denied, String there)
            throws Exception {
        assertThat(mayBeIn(regex, denied)).isFalse();
        assertThat(mayBeIn(regex, there)).isTrue();
    }

    @Test
    void sparesTheMatchingOfWhatCallsMostOften() throws Exception {
        RuleBook book = RuleBook.builtIn();
        ByteRegex url = regex(book, "url-password");
        ByteRegex assigned = regex(book, "assigned-password");
        byte[] texts =
                """
                See https://example.net/path?x=1 and http://www.gnu.org/licenses/, or write to
                someone@example.net. The password: it isn't 'long'; a secret = value, "ok".
                """
                        .getBytes(StandardCharsets.US_ASCII);
        assertThat(url.mayBeIn(texts, 0, texts.length)).isFalse();
        assertThat(assigned.mayBeIn(texts, 0, texts.length)).isFalse();
        assertThat(mayBeIn("://[a-z]+:[a-z]{6}@", "https://user:hunter@host")).isTrue();
    }

    private static ByteRegex regex(RuleBook book, String id) {
        return book.rules().stream()
                .filter(rule -> rule.id().equals(id))
                .findFirst()
                .flatMap(Rule::regex)
                .orElseThrow();
    }
}
