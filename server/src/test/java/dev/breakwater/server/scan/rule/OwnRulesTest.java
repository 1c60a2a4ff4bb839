/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What organizations hand in to be scanned by, honest and hostile. */
class OwnRulesTest {

    private static final RuleBook BUILT_IN = RuleBook.builtIn();

    private static void endless() {}

    private static RuleBook taken(String toml) throws RulesRefused {
        return BUILT_IN.withOwn(
                toml.getBytes(StandardCharsets.UTF_8), RuleLimits.of(Limits.defaults()));
    }

    private static void isRefused(String toml, String because) {
        isRefused(toml.getBytes(StandardCharsets.UTF_8), Limits.defaults(), because);
    }

    private static void isRefused(byte[] toml, Limits limits, String because) {
        assertThatThrownBy(() -> BUILT_IN.withOwn(toml, RuleLimits.of(limits)))
                .isInstanceOf(RulesRefused.class)
                .hasMessageContaining(because);
    }

    private static String rule(String more) {
        return "[[rules]]\nid = \"own\"\n" + more;
    }

    @Test
    void addsToWhatIsBuiltIn() throws RulesRefused {
        RuleBook book = taken("minVersion = 'v8.25.0'\n" + rule("regex = 'LIC-[0-9]{8}'"));
        assertThat(book.rules()).hasSize(BUILT_IN.rules().size() + 1);
        assertThat(book.rules()).containsAll(BUILT_IN.rules());
        assertThat(book.rules().getLast().id()).isEqualTo("own");
    }

    /** The stricter reading: own allowlists are for own rules, wherever they stand in the file. */
    @Test
    void letsOwnAllowlistsSilenceOwnRulesOnly() throws RulesRefused {
        RuleBook book =
                taken(
                        """
                        [[allowlists]]
                        paths = ['.*']
                        stopwords = ["a"]
                        [[rules]]
                        id = "own"
                        regex = 'LIC-[0-9]{8}'
                        """);
        assertThat(book.rules().getLast().isFor("etc/key", OwnRulesTest::endless)).isFalse();
        Rule ours = book.rules().getFirst();
        assertThat(ours.id()).isNotEqualTo("own");
        assertThat(ours.isFor("etc/key", OwnRulesTest::endless)).isTrue();
        Candidate key = new Candidate("etc/key", "a", "a", "a", OwnRulesTest::endless);
        assertThat(book.takes("private-key-pem", key)).isTrue();
        // The same file on one's own machine, by breakwater scan, is read as gitleaks reads it.
        RuleBook local =
                BUILT_IN.with("[[allowlists]]\npaths = ['.*']\n" + rule("regex = 'LIC-[0-9]{8}'"));
        assertThat(local.takes("private-key-pem", key)).isFalse();
    }

    @Test
    void refusesWhateverWouldTakeSomethingAway() {
        String own = rule("regex = 'a'\n");
        isRefused("[extend]\ndisabledRules = ['jwt']\n" + own, "disabledRules is not taken here");
        isRefused("[extend]\nuseDefault = false\n" + own, "always count");
        isRefused(
                "[[allowlists]]\ntargetRules = ['jwt']\npaths = ['x']\n" + own,
                "targetRules names 'jwt'");
        isRefused("[[rules]]\nid = 'jwt'\nregex = 'a'", "line 1, rule 'jwt' is called as one");
        isRefused("[[rules]]\nid = 'private-key-pem'\nregex = 'a'", "one of ours");
        isRefused("", "there is no rule in it");
        isRefused("title = 'nothing'", "there is no rule in it");
    }

    @Test
    void saysOnWhichLineARuleBegins() {
        String before =
                """
                # [[rules]]
                title = '''
                [[rules]]
                '''
                description = "[[rules]] \\" # "

                [[rules]] # one
                id = "first"
                regex = '''a#b'''
                """;
        isRefused(
                before + "[[ rules ]]\nid = \"second\"\nregex = '('",
                "line 10, rule 'second', regex");
        isRefused(
                before + "[[rules.allowlists]]\ncommits = ['x']",
                "line 7, rule 'first', allowlist");
        isRefused(
                "rules = [{id = 'in-a-list', regex = '('}]", "rule 'in-a-list', regex: is no RE2");
        isRefused(before + "a = ", "line 10");
    }

    @Test
    void refusesFilesThatAreNoTomlOrSayMoreThanIsUnderstood() {
        isRefused(new byte[] {(byte) 0xff}, Limits.defaults(), "not UTF-8");
        isRefused("{\"rules\": []}", "no TOML");
        isRefused("a = 1\na = 2", "no TOML");
        isRefused("[[rules]]\nid = 'x'\nid = 'y'\nregex = 'a'", "no TOML");
        isRefused("[rules]\nid = 'x'\n[rules]\nid = 'y'", "no TOML");
        isRefused("a = " + "[".repeat(50_000), "no TOML");
        isRefused("[" + "a.".repeat(50_000) + "a]", "");
        isRefused("\0", "no TOML");
        isRefused("a = 1979-99-99", "");
        isRefused("a = 1e99999999999", "");
        isRefused("x".repeat(2_000_000), "characters");
        isRefused(rule("regex = 'a'\nskipReport = true"), "line 1, rule 'own': field 'skipReport'");
        isRefused(rule("regex = 'a'\n[[rules.required]]\nid = 'x'"), "field 'required'");
        isRefused(rule("regex = '(?<=a)b'"), "is no RE2 expression");
        isRefused(
                rule("regex = 'a'\n") + rule("regex = 'b'\n"), "line 4, rule 'own' is there twice");
    }

    @Test
    void refusesMoreThanItsLimits() {
        List<String> rules = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            rules.add("[[rules]]\nid='r%d'\nregex='a'".formatted(i));
        }
        isRefused(String.join("\n", rules), "there are 10,000 rules, 500 are taken");
        Limits few = Limits.with(Map.of(Limit.SCAN_OWN_RULES, 2));
        byte[] three = String.join("\n", rules.subList(0, 3)).getBytes(StandardCharsets.UTF_8);
        isRefused(three, few, "there are 3 rules, 2 are taken");
        isRefused(rule("description = '%s'\nregex = 'a'".formatted("d".repeat(501))), "500 are");
        isRefused(rule("regex = '%s'".formatted("(a)?".repeat(33))), "has 33 groups");
        isRefused(
                rule("regex = 'a'\n[[rules.allowlists]]\nstopwords = [%s]")
                        .formatted("'w',".repeat(2_001)),
                "2,000 expressions and stopwords");
    }

    /** Before it is compiled: a file of a kilobyte could ask for gigabytes. */
    @Test
    void refusesExpressionsThatBecomeTooManyPartsTogether() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            many.append("[[rules]]\nid='r%d'\nregex='(?:a{900}){20}'\n".formatted(i));
        }
        isRefused(many.toString(), "line 16, rule 'r5', regex: all expressions together");
        isRefused(rule("regex = '%s'".formatted("\\pL".repeat(2_000))), "repeats its parts");
        isRefused(rule("regex = '%s'".formatted("[^\\PN]".repeat(1_000))), "repeats its parts");
    }

    @Test
    void refusesKeywordsThatFillTheMemoryOfAScan() {
        List<String> inEachOther = new ArrayList<>();
        for (int i = 2; i < 40; i++) {
            inEachOther.add("'" + "a".repeat(i) + "'");
        }
        isRefused(
                rule("regex = 'a'\nkeywords = " + inEachOther),
                "line 1, rule 'own': keyword 'aaaaaaaaaa' ends with 8 other keywords");
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            many.add("'%050d'".formatted(i));
        }
        isRefused(rule("regex = 'a'\nkeywords = " + many), "all keywords together");
    }

    @Test
    void readsWhatWasTakenUnderWiderLimits() throws RulesRefused {
        byte[] toml = rule("regex = 'LIC-[0-9]{8}'").getBytes(StandardCharsets.UTF_8);
        assertThat(BUILT_IN.withStored(toml).rules().getLast().id()).isEqualTo("own");
    }
}
