/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule files of teams, honest and hostile. */
class RuleBookTest {

    private static final RuleBook BUILT_IN = RuleBook.builtIn();

    /** A time that is never over. */
    private static void endless() {}

    private static void isRefused(String toml, String because) {
        assertThatThrownBy(() -> BUILT_IN.with(toml))
                .as(toml)
                .isInstanceOf(RulesRefused.class)
                .hasMessageContaining(because);
    }

    private static String rule(String more) {
        return "[[rules]]\nid = \"own\"\n" + more;
    }

    @Test
    void addsATeamsRules() throws RulesRefused {
        RuleBook book =
                BUILT_IN.with(
                        """
                        title = "ours"
                        [extend]
                        useDefault = true
                        disabledRules = ["jwt", "private-key-pem"]
                        [[allowlists]]
                        targetRules = ["own"]
                        paths = ['''^doc/''']
                        [[rules]]
                        id = "own"
                        description = "our licence key"
                        regex = '''LIC-([0-9A-F]{16})'''
                        secretGroup = 1
                        entropy = 2.0
                        keywords = ["LIC-"]
                        tags = ["licence"]
                        [[rules.allowlists]]
                        condition = "AND"
                        regexTarget = "match"
                        regexes = ['''^LIC-0''']
                        stopwords = ["AAAA"]
                        """);
        assertThat(book.rules()).hasSize(BUILT_IN.rules().size());
        Rule own = book.rules().getLast();
        assertThat(own.keywords()).containsExactly("lic-");
        assertThat(own.isFor("etc/key", RuleBookTest::endless)).isTrue();
        assertThat(own.isFor("doc/key", RuleBookTest::endless)).isFalse();
        assertThat(own.takes(candidate("0123456789ABCDEF"))).isTrue();
        assertThat(own.takes(candidate("0AAAA12345678BCD"))).isFalse();
        assertThat(own.takes(candidate("1AAAA12345678BCD"))).isTrue();
        assertThat(own.takes(candidate("1111111111111111"))).isFalse();
        Candidate key = new Candidate("key", "x", "x", "x", RuleBookTest::endless);
        assertThat(book.takes("private-key-pem", key)).isFalse();
        assertThat(BUILT_IN.takes("private-key-pem", key)).isTrue();
    }

    private static Candidate candidate(String secret) {
        return new Candidate(
                "file", "LIC-" + secret, secret, "LIC-" + secret, RuleBookTest::endless);
    }

    @Test
    void refusesEveryFieldThatItDoesNotKnow() {
        isRefused("minVersion = 8", "field 'minVersion' must be a string");
        isRefused("[extend]\npath = \"x\"", "field 'path' is not supported");
        isRefused("[extend]\nuseDefault = false", "always count");
        isRefused(rule("regex = 'a'\nskipReport = true"), "rule 'own': field 'skipReport'");
        isRefused(rule("regex = 'a'\n[[rules.required]]\nid = 'x'"), "field 'required'");
        isRefused("[[allowlists]]\ncommits = ['x']", "field 'commits' is not supported");
        isRefused(
                rule("regex = 'a'\n[[rules.allowlists]]\ntargetRules = ['x']\npaths = ['a']"),
                "field 'targetRules'");
    }

    @Test
    void refusesRulesThatMeanNothing() {
        isRefused("[[rules]]\nregex = 'a'", "rule number 1: needs an id");
        isRefused(rule("description = 'x'"), "needs a regex, a path, or both");
        isRefused(rule("regex = 'a'\nsecretGroup = 1"), "secretGroup");
        isRefused(rule("regex = 'a'\nentropy = 9"), "entropy");
        isRefused(rule("regex = 'a'\nentropy = 'high'"), "entropy");
        isRefused(rule("regex = 'a'\nkeywords = ['']"), "keyword");
        isRefused(rule("regex = 'a'\nkeywords = 'aa'"), "keywords");
        isRefused(rule("regex = 'a'\n[[rules.allowlists]]\ndescription = 'x'"), "neither regexes");
        isRefused(rule("regex = 'a'\n[[rules.allowlists]]\nstopwords = ['']"), "empty stopword");
        isRefused(rule("regex = 'a'\n") + rule("regex = 'b'\n"), "there twice");
        isRefused("[[rules]]\nid = \"jwt\"\nregex = 'a'", "one of ours");
        isRefused("rules = 3", "rules");
    }

    @Test
    void refusesHostileExpressionsAndFiles() {
        isRefused(rule("regex = '(?<=a)b'"), "no RE2 expression");
        isRefused(rule("regex = '(a)\\1'"), "no RE2 expression");
        isRefused(rule("regex = '('"), "no RE2 expression");
        isRefused(rule("regex = '((((a{100}){100}){100}){100})'"), "");
        isRefused(rule("regex = '(a{90}b{90}c{90}){900}'"), "");
        isRefused(rule("regex = '" + "(".repeat(5_000) + "'"), "nested deeper");
        isRefused(rule("regex = '" + "a".repeat(9_000) + "'"), "8192");
        isRefused(rule("regex = 'é'"), "not ASCII");
        isRefused("a = ", "no TOML: line 1");
        isRefused("a = 1\na = 2", "no TOML");
        isRefused("a = " + "[".repeat(100_000), "no TOML");
        isRefused("x".repeat(2_000_000), "characters");
    }

    @Test
    void measuresHowFarAMatchReaches() {
        assertThat(RegexShape.of("abc").longest()).isEqualTo(3);
        assertThat(RegexShape.of("a{2,5}[0-9]{3}(?:x|yz)?").longest()).isEqualTo(10);
        assertThat(RegexShape.of("(?i)\\bab\\x{41}\\d$").longest()).isEqualTo(4);
        assertThat(RegexShape.of("[]a-z[:alpha:]]{4}").longest()).isEqualTo(4);
        assertThat(RegexShape.of("ab+").longest()).isEqualTo(RegexShape.UNBOUNDED);
        assertThat(RegexShape.of("a{3,}").longest()).isEqualTo(RegexShape.UNBOUNDED);
        assertThat(RegexShape.of("a{x}").longest()).isEqualTo(4);
        for (String broken :
                List.of("(", ")", "[", "[^", "\\", "(?", "(?P<", "{", "a{", "\\Q", "\\x{")) {
            assertThat(RegexShape.of(broken).size()).isPositive();
        }
    }
}
