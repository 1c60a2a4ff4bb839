/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.scan.rule.RuleBook;
import dev.breakwater.server.scan.rule.RuleLimits;
import dev.breakwater.server.scan.rule.RulesRefused;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rules that are made to cost more than the scan, on inputs made for them. The engine takes time in
 * proportion to the text, which does not keep anybody from asking a great deal: the scan's time
 * ends it in the middle of an expression.
 */
class EvilRulesTest {

    private static final Map<Limit, Integer> ONE_SECOND = Map.of(Limit.SCAN_SECONDS, 1);

    /** Far more than the limit, far less than any of them would take: minutes to days. */
    private static final Duration MUCH_TOO_LONG = Duration.ofSeconds(30);

    private static ScanReport scan(String toml, byte[] file, Map<Limit, Integer> limits)
            throws RulesRefused, IOException {
        Limits in = Limits.with(limits);
        RuleBook book =
                RuleBook.builtIn()
                        .withOwn(toml.getBytes(StandardCharsets.UTF_8), RuleLimits.of(in));
        return new SecretScan(book, in, Clock.systemUTC())
                .scan("upload", new ByteArrayInputStream(file), _ -> {});
    }

    private static byte[] xs(int count, String end) {
        return PlantedSecrets.ascii("x".repeat(count) + end);
    }

    private static void endsInTime(String toml, byte[] file) throws RulesRefused, IOException {
        ScanReport report = scan(toml, file, ONE_SECOND);
        assertThat(report.gaps()).extracting(Gap::kind).contains(Gap.Kind.TIME);
        assertThat(report.took()).isLessThan(MUCH_TOO_LONG);
        assertThat(ScanVerdict.of(report, List.of(), Clock.systemUTC().instant()))
                .isNotInstanceOf(ScanVerdict.Clean.class);
    }

    /** What takes an engine that backtracks longer than the universe is nothing to this one. */
    @ParameterizedTest
    @ValueSource(
            strings = {"(x+x+)+y", "(x|x)*y", "(x|xx)+y", "(x*)*y", "(.*)*y", "(?:x?){25}x{25}y"})
    void isNotImpressedByWhatBacktrackingIs(String regex) throws RulesRefused, IOException {
        String toml = "[[rules]]\nid = 'evil'\nregex = '%s'".formatted(regex);
        ScanReport report = scan(toml, xs(20_000, "zy"), Map.of(Limit.SCAN_SECONDS, 60));
        assertThat(report.gaps()).isEmpty();
        assertThat(report.findings()).hasSizeLessThanOrEqualTo(1);
    }

    /** Each match looks to the end of the text before it is content with one letter. */
    @Test
    void endsWhatLooksToTheEndAgainAndAgain() throws RulesRefused, IOException {
        endsInTime("[[rules]]\nid = 'evil'\nregex = '(?s)x(?:.*y)?'", xs(1 << 20, ""));
    }

    @Test
    void endsAnExpressionOfManyParts() throws RulesRefused, IOException {
        endsInTime("[[rules]]\nid = 'evil'\nregex = '(?:x{0,100}){190}y'", xs(1 << 20, "zy"));
    }

    /** Nothing is found, so that the limit of findings never ends it. */
    @Test
    void endsAnAllowlistThatIsAskedForEachMatch() throws RulesRefused, IOException {
        endsInTime(
                """
                [[rules]]
                id = 'evil'
                regex = 'x{500}'
                [[rules.allowlists]]
                regexes = ['(?:x{0,100}){190}y', 'x$']
                """,
                xs(1 << 20, ""));
    }

    /** Once for each entry of an archive. */
    @Test
    void endsAnExpressionForNames() throws RulesRefused, IOException {
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 0; i < 2_000; i++) {
            many.writeBytes(Archives.storedZip("x".repeat(1_000) + i, new byte[1]));
        }
        endsInTime(
                "[[rules]]\nid = 'evil'\nregex = 'x'\npath = '(?:x{0,100}){190}y'",
                many.toByteArray());
    }

    /** Words that are in each other are found at each byte; they are bounded, and so is memory. */
    @Test
    void keepsItsHeadAmongWordsThatAreInEachOther() throws RulesRefused, IOException {
        StringBuilder keywords = new StringBuilder();
        for (int i = 2; i < 10; i++) {
            keywords.append("'").append("x".repeat(i)).append("',");
        }
        String toml =
                "[[rules]]\nid = 'many'\nregex = 'xLIC-[0-9]{8}'\nkeywords = [%s]"
                        .formatted(keywords);
        ScanReport report = scan(toml, xs(3 << 20, "LIC-12345678"), Map.of());
        assertThat(report.gaps()).isEmpty();
        assertThat(report.findings()).extracting(Finding::rule).containsExactly("many");
        assertThat(report.findings().getFirst().offset()).isEqualTo((3L << 20) - 1);
    }
}
