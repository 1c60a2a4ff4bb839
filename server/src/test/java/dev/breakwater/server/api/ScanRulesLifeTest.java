/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A team's own rules for the scan, from the file they hand in to the release that they stop. */
class ScanRulesLifeTest {

    private static final String LICENCE =
            """
            # Our licence keys: they open the pump of every tank.
            [[rules]]
            id = "licence-key"
            description = "licence key of the pump"
            regex = '''\\bPUMP-([0-9A-F]{16})\\b'''
            keywords = ["pump-"]
            """;
    private static final String PLANTED = "pump = PUMP-0123456789ABCDEF\n";
    private static final int COPIES = 1 << 18;

    private ApiServer server;
    private ApiClient token;
    private ReleaseScenes people;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        // Nobody waits for a scan that takes minutes; the limit of one applies by its own clock.
        Limits limits =
                Limits.with(
                        Map.of(
                                Limit.API_REQUESTS_PER_SECOND_PER_SOURCE, 1_000_000,
                                Limit.API_REQUESTS_PER_SECOND_PER_ORGANIZATION, 1_000_000,
                                Limit.API_REQUESTS_PER_SECOND_PER_TOKEN, 1_000_000,
                                Limit.ARTIFACT_COMPLETION_SECONDS, 3,
                                Limit.ARTIFACT_RESCANS_PER_ORGANIZATION, 1));
        server = new ApiServer(directory, limits);
        token = server.administrator("Reef & Sons");
        String product = token.post("/products", "{\"name\":\"Tank\"}").ok("id");
        people = new ReleaseScenes(token, product, server.clock.instant());
    }

    @AfterEach
    void end() {
        server.close();
    }

    private Answer set(String toml) {
        return ReleaseScenes.scanRules(token, "PUT", toml);
    }

    private Answer scannedAgain(String artifact) {
        return token.post("/artifacts/" + artifact + "/scans");
    }

    private Answer shown(String artifact) {
        return token.get("/artifacts/" + artifact).has(200);
    }

    private static boolean flag(Answer answer, String name) {
        return answer.json().path(name).booleanValue();
    }

    @Test
    void findsATokenOfTheirOwnInArchivesInArchivesAndStopsItsRelease() {
        people.handInRoot(1).has(200);
        byte[] image = NestedArchive.of("etc/pump.conf", PLANTED);
        // Nothing that comes with the server knows such a key.
        Answer before = people.vettedBytes("before.zip", image);
        assertThat(before.text("/verdict")).isEqualTo("clean");
        assertThat(flag(before, "rulesCurrent")).isTrue();
        assertThat(before.json().at("/rules/version").longValue()).isZero();
        Answer taken = set(LICENCE).has(200);
        assertThat(taken.json().at("/rules").intValue()).isEqualTo(1);
        byte[] other = NestedArchive.of("etc/pump2.conf", "# 2\n" + PLANTED);
        Answer blocked = people.vettedBytes("after.zip", other);
        assertThat(blocked.text("/verdict")).isEqualTo("blocked");
        assertThat(blocked.text("/rules/sha256")).isEqualTo(taken.text("/sha256"));
        Answer found = token.get("/artifacts/" + blocked.text("/id") + "/findings").has(200);
        assertThat(found.text("/items/0/rule")).isEqualTo("licence-key");
        assertThat(found.text("/items/0/place")).endsWith("etc/pump2.conf").contains("rootfs.tar");
        assertThat(found.body()).doesNotContain("0123456789ABCDEF");
        var release = Map.of("1.1/after.zip", people.targetOf("1.1", 2, other));
        assertThat(people.handInTargets(1, release).has(422).body()).contains("blocked by");
    }

    @Test
    void showsWhatWasScannedByOlderRulesAndBlocksItOnceItIsScannedAgain() {
        people.handInRoot(1).has(200);
        Answer clean = people.vetted("tank.zip", PLANTED);
        String artifact = clean.text("/id");
        var first = Map.of("1.1/tank.zip", people.target("1.1", 2, PLANTED));
        people.handInTargets(1, first).has(200);
        set(LICENCE).has(200);
        assertThat(flag(shown(artifact), "rulesCurrent")).isFalse();
        Answer listed = token.get(people.product("/artifacts"));
        assertThat(listed.json().at("/items/0/rulesCurrent").booleanValue()).isFalse();
        assertThat(listed.text("/items/0/verdict")).isEqualTo("clean");
        Answer again = scannedAgain(artifact).has(200);
        assertThat(again.text("/verdict")).isEqualTo("blocked");
        assertThat(flag(again, "rulesCurrent")).isTrue();
        assertThat(again.json().at("/rules/version").longValue()).isEqualTo(1);
        // What is published goes on, and may stand in the next file; a new release of it may not.
        assertThat(token.get(people.product("/releases")).text("/items/0/state"))
                .isEqualTo("published");
        assertThat(token.get(people.product("/artifacts")).text("/items/0/verdict"))
                .isEqualTo("blocked");
        people.handInTargets(2, first).has(200);
        var both =
                Map.of(
                        "1.1/tank.zip", people.target("1.1", 2, PLANTED),
                        "1.2/tank.zip", people.target("1.2", 3, PLANTED));
        assertThat(people.handInTargets(3, both).has(422).body()).contains("blocked by");
        // Without the rule it is clean again, but only once somebody has looked.
        ReleaseScenes.scanRules(token, "DELETE", null).has(204);
        assertThat(shown(artifact).text("/verdict")).isEqualTo("blocked");
        assertThat(scannedAgain(artifact).has(200).text("/verdict")).isEqualTo("clean");
        people.handInTargets(3, both).has(200);
    }

    @Test
    void keepsAWaiverOverScansForAsLongAsItsFindingStands() {
        set(LICENCE).has(200);
        String artifact = people.vetted("tank.zip", PLANTED).text("/id");
        String findings = "/artifacts/" + artifact + "/findings";
        String waiver =
                findings + "/" + token.get(findings).text("/items/0/fingerprint") + "/waiver";
        server.member(token, "kim@reef.example", "administrator");
        ApiClient kim = server.session("kim@reef.example");
        ReleaseScenes.waive(kim, waiver, server.clock.instant()).has(200);
        assertThat(scannedAgain(artifact).has(200).text("/verdict")).isEqualTo("clean");
        // The same secret under another rule is another finding.
        set(LICENCE.replace("licence-key", "pump-key")).has(200);
        assertThat(scannedAgain(artifact).has(200).text("/verdict")).isEqualTo("blocked");
        set(LICENCE).has(200);
        assertThat(scannedAgain(artifact).has(200).text("/verdict")).isEqualTo("clean");
        server.clock.advance(Duration.ofDays(31));
        assertThat(shown(artifact).text("/verdict")).isEqualTo("blocked");
    }

    @Test
    void showsNobodyElseTheRulesNorScansByThem() {
        set(LICENCE).has(200);
        ApiClient stranger = server.administrator("Stranger");
        String theirs = "/organizations/" + token.organization() + "/scan-rules";
        stranger.get(theirs).has(404);
        stranger.send("PUT", theirs, ReleaseScenes.BYTES, LICENCE).has(404);
        stranger.send("DELETE", theirs, null, null, "If-Match: *").has(404);
        assertThat(ReleaseScenes.scanRules(stranger, "GET", null).has(200).body()).isEmpty();
        String product = stranger.post("/products", "{\"name\":\"Tank\"}").ok("id");
        ReleaseScenes others = new ReleaseScenes(stranger, product, server.clock.instant());
        assertThat(others.vetted("tank.zip", PLANTED).text("/verdict")).isEqualTo("clean");
        String artifact = people.vetted("tank.zip", PLANTED).text("/id");
        stranger.post("/artifacts/" + artifact + "/scans").has(404);
        stranger.get("/artifacts/" + artifact).has(404);
    }

    @Test
    void keepsTheFileToTheByteAndLosesNobodysChange() {
        String toml = "# \u00e9 \r\n\r\n" + LICENCE + "\n\n";
        String tag = ReleaseScenes.scanRules(token, "GET", null).has(200).header("ETag");
        String path = "/organizations/" + token.organization() + "/scan-rules";
        token.send("PUT", path, ReleaseScenes.BYTES, toml).has(428);
        token.send("DELETE", path, null, null).has(428);
        token.send("PUT", path, ReleaseScenes.BYTES, toml, "If-Match: " + tag).has(200);
        token.send("PUT", path, ReleaseScenes.BYTES, LICENCE, "If-Match: " + tag).has(412);
        token.send("DELETE", path, null, null, "If-Match: " + tag).has(412);
        Answer now = token.get(path).has(200);
        assertThat(now.response().body()).isEqualTo(toml.getBytes(StandardCharsets.UTF_8));
        token.send("DELETE", path, null, null, "If-Match: " + now.header("ETag")).has(204);
        assertThat(token.get(path).body()).isEmpty();
    }

    @Test
    void refusesWhatIsNotUnderstoodAndSaysWhere() {
        set(LICENCE).has(200);
        assertRefused(LICENCE + "[[rules]]\nid = 'x'\nregex = '('", "line 7, rule 'x', regex");
        assertRefused("a = 1\na = 2", "no TOML: line 2");
        assertRefused("[extend]\ndisabledRules = ['jwt']\n" + LICENCE, "always count");
        assertRefused("[[rules]]\nid = 'x'\nregex = '" + "(?<=a)".repeat(1_000) + "'", "no RE2");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            many.append("[[rules]]\nid='r").append(i).append("'\npath='a'\n");
        }
        assertThat(many.length()).isLessThan(Limit.SCAN_RULE_FILE_BYTES.byDefault() * 2);
        set(many.toString()).has(413);
        assertRefused(
                many.substring(0, many.indexOf("[[rules]]\nid='r501'")), "501 rules, 500 are");
        set("#".repeat(Limit.SCAN_RULE_FILE_BYTES.byDefault() + 1)).has(413);
        assertThat(ReleaseScenes.scanRules(token, "GET", null).body()).isEqualTo(LICENCE);
    }

    private void assertRefused(String toml, String because) {
        Answer refused = set(toml).has(422);
        assertThat(refused.problem()).isEqualTo("body-refused");
        assertThat(refused.text("/detail")).contains(because);
    }

    @Test
    void asksAMemberForASecondFactorAndLetsReadersRead() {
        set(LICENCE).has(200);
        server.member(token, "kim@reef.example", "administrator");
        ApiClient early = server.with(server.logIn("kim@reef.example").ok("accessToken"));
        assertThat(ReleaseScenes.scanRules(early, "DELETE", null).has(403).problem())
                .isEqualTo("step-up-needed");
        ApiClient auditor = token.role("auditor");
        assertThat(ReleaseScenes.scanRules(auditor, "GET", null).has(200).body())
                .isEqualTo(LICENCE);
        ReleaseScenes.scanRules(auditor, "PUT", LICENCE).has(403);
        ReleaseScenes.scanRules(server.session("kim@reef.example"), "DELETE", null).has(204);
    }

    /** The rule takes days of the scan's thread; its time, and nothing else, ends it. */
    @Test
    void scansFewAgainAtATimeAndEndsThemByTheirTime() {
        String evil = "x".repeat(COPIES) + "zy";
        String slow = people.vetted("slow.bin", evil).text("/id");
        String other = people.vetted("other.bin", "some other").text("/id");
        set("[[rules]]\nid = 'evil'\nregex = '(?:x{0,100}){190}y'").has(200);
        Answer going = scannedAgain(slow).has(202);
        assertThat(flag(going, "scanning")).isTrue();
        assertThat(going.text("/verdict")).isEqualTo("clean");
        assertThat(scannedAgain(other).has(409).problem()).isEqualTo("limit-reached");
        assertThat(flag(shown(slow), "scanning")).isTrue();
        server.clock.advance(Duration.ofSeconds(Limit.SCAN_SECONDS.byDefault() + 1));
        Answer ended = scannedAgain(slow);
        for (int i = 0; i < 20 && ended.status() == 202; i++) {
            ended = scannedAgain(slow);
        }
        assertThat(ended.has(200).text("/verdict")).isEqualTo("blocked");
        assertThat(token.get("/artifacts/" + slow + "/findings").text("/items/0/rule"))
                .isEqualTo("time");
    }
}
