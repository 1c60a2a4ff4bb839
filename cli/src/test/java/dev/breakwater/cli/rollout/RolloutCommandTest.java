/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.CommandRun;
import dev.breakwater.cli.client.Profile;
import dev.breakwater.cli.client.ProfileChange;
import dev.breakwater.cli.client.ProfileFile;
import dev.breakwater.cli.client.ScriptedServer;
import dev.breakwater.cli.client.ScriptedServer.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of what a server says, and what a server is told. */
@Timeout(60)
class RolloutCommandTest {

    private static final String ID = "0199a6a0-7c00-7000-8000-000000000003";
    private static final String PRODUCT = "0199a6a0-7c00-7000-8000-000000000001";
    private static final String RELEASE = "0199a6a0-7c00-7000-8000-000000000002";
    private static final String ROLLOUT =
            """
            {"id":"%s","releaseId":"%s","version":"1.1","state":"STATE","wave":1,
             "waves":[{"devices":10,"waiting":0,"inFlight":0,"declined":0,"out":0,"confirmed":CONFIRMED,
             "failed":0,"silent":0}]}"""
                    .formatted(ID, RELEASE);

    @TempDir Path computer;
    private ScriptedServer server;

    @BeforeEach
    void setUp() throws Exception {
        server = new ScriptedServer("localhost");
        ProfileFile file = new ProfileFile(computer.resolve("breakwater/profile.toml"));
        try (ProfileChange change = file.change()) {
            change.store(new Profile(server.address(), server.root(), "bwt_token"));
        }
    }

    @AfterEach
    void tearDown() {
        server.close();
    }

    private CommandRun rollout(String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "rollout";
        System.arraycopy(words, 0, all, 1, words.length);
        return CommandRun.of(computer, all);
    }

    private static Answer standing(String state, int confirmed) {
        return Answer.json(
                200,
                ROLLOUT.replace("STATE", state).replace("CONFIRMED", Integer.toString(confirmed)));
    }

    private static Answer releases(String... versions) {
        StringBuilder items = new StringBuilder();
        for (String version : versions) {
            items.append(items.isEmpty() ? "" : ",")
                    .append(
                            "{\"id\":\"%s\",\"version\":\"%s\",\"state\":\"published\"}"
                                    .formatted(RELEASE, version));
        }
        return Answer.json(200, "{\"items\":[" + items + "]}");
    }

    @Test
    void watchesUntilNothingMoreComesOfItAndRepeatsNothing() {
        server.willAnswer(
                standing("running", 4),
                standing("running", 4),
                standing("running", 9),
                standing("completed", 10));
        CommandRun watched = rollout("watch", ID, "--every", "1s");
        assertThat(watched.exitCode()).isZero();
        assertThat(watched.lines().stream().filter(line -> line.startsWith("1  ")))
                .hasSize(3)
                .anyMatch(line -> line.contains("[########------------]  40 %"))
                .anyMatch(line -> line.contains("[####################] 100 %"));
        assertThat(watched.out()).doesNotContain("\033");
        assertThat(watched.err()).contains("next: breakwater rollout devices " + ID);
    }

    @Test
    void watchesAsLinesOfJson() {
        server.willAnswer(
                standing("running", 4), standing("running", 4), standing("completed", 10));
        CommandRun watched = rollout("watch", ID, "--every", "1s", "-o", "json");
        assertThat(watched.exitCode()).isZero();
        assertThat(watched.out()).containsOnlyOnce("\"running\"").containsOnlyOnce("\"completed\"");
    }

    @Test
    void endsWithFailureWhenItWasAborted() {
        server.willAnswer(standing("aborted", 4));
        CommandRun watched = rollout("watch", ID);
        assertThat(watched.exitCode()).isEqualTo(1);
        assertThat(watched.err()).contains("the rollout was aborted");
    }

    @Test
    void proposesWhatWasNamedAndNothingElse() {
        server.willAnswer(releases("1.0", "1.1"), standing("running", 0));
        CommandRun proposed =
                rollout(
                        "propose",
                        PRODUCT,
                        "1.1",
                        "--versions",
                        "1.0,0.9",
                        "--wave",
                        "10:1h",
                        "--wave",
                        "100%",
                        "--failed-max",
                        "2%",
                        "--attempts",
                        "3");
        assertThat(proposed.exitCode()).as("%s", proposed).isZero();
        assertThat(server.asked().getLast().line())
                .startsWith("POST /api/v1/products/" + PRODUCT + "/rollouts");
        assertThat(server.asked().getLast().body())
                .isEqualTo(
                        "{\"releaseId\":\"%s\",\"target\":{\"versions\":[\"1.0\",\"0.9\"]},"
                                        .formatted(RELEASE)
                                + "\"plan\":{\"waves\":[{\"count\":10,\"soakSeconds\":3600},"
                                + "{\"percent\":100,\"soakSeconds\":0}],\"gate\":{\"failedPercentMax\":2},"
                                + "\"attemptsMax\":3}}");
        assertThat(proposed.err()).contains("1.1: wave 1 of 1");
    }

    @Test
    void asksForThoseThatAreTaggedAndTellsWhyOthersAreNot() {
        server.willAnswer(
                releases("1.1"),
                Answer.json(
                        200,
                        """
                        {"version":"1.1","devices":2,"waves":[1,1],"serials":["tank-1","tank-4"],
                         "excluded":[{"reason":"not-tagged","text":"it is not tagged beta",
                         "devices":7,"serials":["tank-2"]}]}"""));
        CommandRun preview =
                rollout(
                        "preview",
                        PRODUCT,
                        "1.1",
                        "--tag",
                        "beta",
                        "--tag",
                        "ring1",
                        "--any-tag",
                        "site=kiel,site=ulm",
                        "--percent",
                        "10%");
        assertThat(preview.exitCode()).as("%s", preview).isZero();
        assertThat(server.asked().getLast().body())
                .isEqualTo(
                        "{\"releaseId\":\"%s\",\"target\":{\"tags\":{\"all\":[\"beta\",\"ring1\"],"
                                        .formatted(RELEASE)
                                + "\"any\":[\"site=kiel\",\"site=ulm\"]},\"percent\":10}}");
        assertThat(preview.out())
                .contains("would bring 1.1 to 2 devices, such as tank-1, tank-4")
                .containsPattern("7 +it is not tagged beta +tank-2");
    }

    @Test
    void takesNothingForAllOfAFleet() {
        for (String[] target :
                new String[][] {
                    {},
                    {"--all", "--percent", "5%"},
                    {"--all", "--tag", "beta"},
                    {"--percent", "half"}
                }) {
            server.willAnswer(releases("1.1"));
            String[] words = new String[3 + target.length];
            System.arraycopy(new String[] {"propose", PRODUCT, "1.1"}, 0, words, 0, 3);
            System.arraycopy(target, 0, words, 3, target.length);
            assertThat(rollout(words).exitCode()).isEqualTo(2);
        }
        assertThat(server.asked()).noneMatch(asked -> asked.line().startsWith("POST"));
    }

    @Test
    void guessesNoReleaseOfTwo() {
        server.willAnswer(releases("1.1", "1.1"));
        CommandRun two = rollout("propose", PRODUCT, "1.1", "--all");
        assertThat(two.exitCode()).isEqualTo(1);
        assertThat(two.err()).contains("there are several releases 1.1");
        server.willAnswer(releases("1.0"));
        CommandRun none = rollout("propose", PRODUCT, "1.1", "--all");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err()).contains("no release with the id or version '1.1' is published");
    }

    @Test
    void showsOfEachDeviceWhy() {
        server.willAnswer(
                Answer.json(
                        200,
                        """
                        {"items":[{"serial":"tank-7","wave":1,"state":"failed","attempts":2,
                         "why":"It had begun and was not heard of any more. It has no attempts left."}]}"""));
        CommandRun devices = rollout("devices", ID, "--state", "failed");
        assertThat(server.asked().getLast().line()).contains("/devices?state=failed");
        assertThat(devices.out())
                .contains("tank-7", "It had begun and was not heard of any more. It has no");
    }

    @Test
    void stopsOnlyWithAReason() {
        assertThat(rollout("stop-all").exitCode()).isEqualTo(2);
        assertThat(server.asked()).isEmpty();
        server.willAnswer(
                Answer.json(
                        200,
                        """
                        {"reason":"tanks do not come back","stopped":true,"at":"2026-11-27T06:00:00Z","by":"m"}"""));
        CommandRun stopped = rollout("stop-all", "--reason", "tanks do not come back");
        assertThat(stopped.exitCode()).as("%s", stopped).isZero();
        assertThat(server.asked().getLast().line()).startsWith("PUT /api/v1/update-stop");
        assertThat(server.asked().getLast().body()).contains("tanks do not come back");
        server.willAnswer(new Answer(204, java.util.Map.of(), ""));
        assertThat(rollout("lift-stop").exitCode()).isZero();
        assertThat(server.asked().getLast().line()).startsWith("DELETE /api/v1/update-stop");
    }

    @Test
    void statesOfAPolicyWhatIsGivenAndKeepsTheRest() {
        Answer policy =
                Answer.json(
                        200,
                        """
                        {"consent":"owner","postponableDays":14,"securityDays":3,"zone":"Z",
                         "approval":"owner"}""");
        server.willAnswer(policy, policy);
        CommandRun set =
                CommandRun.of(
                        computer,
                        "product",
                        "update-policy",
                        "set",
                        PRODUCT,
                        "--security",
                        "2",
                        "--window",
                        "02:00-05:00",
                        "--days",
                        "saturday,sunday");
        assertThat(set.exitCode()).as("%s", set).isZero();
        assertThat(server.asked().getLast().body())
                .isEqualTo(
                        "{\"consent\":\"owner\",\"postponableDays\":14,\"securityDays\":2,\"zone\":\"Z\","
                                + "\"window\":{\"opens\":\"02:00\",\"closes\":\"05:00\","
                                + "\"days\":[\"saturday\",\"sunday\"]}}");
        server.willAnswer(policy);
        CommandRun wrong =
                CommandRun.of(
                        computer, "product", "update-policy", "set", PRODUCT, "--window", "night");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("is no window");
    }
}
