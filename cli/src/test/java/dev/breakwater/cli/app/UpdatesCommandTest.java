/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.CommandRun;
import dev.breakwater.cli.client.ScriptedServer;
import dev.breakwater.cli.client.ScriptedServer.Answer;
import dev.breakwater.companion.account.RootTrust;
import dev.breakwater.companion.account.ServerAddress;
import dev.breakwater.companion.account.Session;
import dev.breakwater.protocol.DeviceId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an owner at a terminal sees of updates, and what the server is told. */
@Timeout(60)
class UpdatesCommandTest {

    private static final DeviceId TANK = DeviceId.fresh();
    private static final DeviceId NEIGHBOURS = DeviceId.fresh();
    private static final String ROLLOUT = "0199a6a0-7c00-7000-8000-000000000003";
    private static final String UPDATE =
            """
            {"update":{"rollout":"%s","version":"1.1","notes":"Quieter pump.\\n\\u001b[2JFeeds at night.",
             "securityRelevant":true,"lengthBytes":4404019,"state":"asking","approved":false,"percent":0,
             "postponableUntil":"2031-11-30T06:00:00Z"}}"""
                    .formatted(ROLLOUT);

    @TempDir Path computer;
    private ScriptedServer server;

    @BeforeEach
    void setUp() throws Exception {
        server = new ScriptedServer("localhost");
        OwnerFile file = new OwnerFile(computer.resolve("breakwater/owner.json"));
        Files.createDirectories(file.path().getParent());
        try (OwnerFile.Held held = file.hold()) {
            held.replace(
                    new OwnerFile.Content(
                            new ServerAddress(
                                    server.address(), RootTrust.parse(server.root().toString())),
                            Optional.of(
                                    new Session(
                                            "bob@home.example",
                                            "refresh",
                                            "access",
                                            InstantSource.system()
                                                    .instant()
                                                    .plus(Duration.ofHours(1)))),
                            Optional.empty()));
        }
    }

    @AfterEach
    void tearDown() {
        server.close();
    }

    private CommandRun app(String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "app";
        System.arraycopy(words, 0, all, 1, words.length);
        return CommandRun.of(computer, all);
    }

    private static String device(DeviceId id, String serial) {
        return """
        {"id":"%s","serial":"%s","status":"active","connected":true}"""
                .formatted(id, serial);
    }

    private void devices(String... devices) {
        server.willAnswer(Answer.json(200, "{\"items\":[" + String.join(",", devices) + "]}"));
    }

    private void update(String text) {
        server.willAnswer(Answer.json(200, text));
    }

    @Test
    void showsWhatTheMakerSaysAndWhatToDoNext() {
        devices(device(TANK, "tank-1"));
        update(UPDATE);
        CommandRun shown = app("updates", "tank-1");
        assertThat(shown.exitCode()).as("%s", shown).isZero();
        assertThat(shown.lines())
                .containsExactly(
                        "version   1.1  (security)",
                        "download  4.2 MiB",
                        "state     waits for you; it can be put off until 2031-11-30T06:00:00Z",
                        "  Quieter pump.",
                        "  \\u001b[2JFeeds at night.");
        assertThat(shown.err()).contains("next: breakwater app approve tank-1 1.1");
    }

    @Test
    void asksNothingOfDevicesThatOthersShare() {
        devices(device(TANK, "tank-1"), device(NEIGHBOURS, "tank-9"));
        server.willAnswer(
                Answer.json(
                        200,
                        """
                        {"items":[{"id":"%s","device":"%s","serial":"tank-9","right":"use",
                         "owner":{"email":"eve@home.example","name":"Eve"},"since":"2026-11-27T06:00:00Z"}]}"""
                                .formatted(ROLLOUT, NEIGHBOURS)));
        update(UPDATE);
        CommandRun all = app("updates");
        assertThat(all.exitCode()).as("%s", all).isZero();
        assertThat(all.out()).contains("tank-1", "1.1", "asking").doesNotContain("tank-9");
        assertThat(server.asked())
                .noneMatch(asked -> asked.line().contains(NEIGHBOURS + "/update"));
        assertThat(all.err()).contains("next: breakwater app updates tank-1");
    }

    @Test
    void approvesWhatIsNamedAndNothingElse() {
        devices(device(TANK, "tank-1"));
        update(UPDATE);
        CommandRun another = app("approve", "tank-1", "1.2");
        assertThat(another.exitCode()).isEqualTo(1);
        assertThat(another.err()).contains("is 1.1 and not 1.2");
        assertThat(server.asked()).noneMatch(asked -> asked.line().startsWith("POST"));

        devices(device(TANK, "tank-1"));
        update(UPDATE);
        update(
                UPDATE.replace("asking", "waiting")
                        .replace("\"approved\":false", "\"approved\":true"));
        CommandRun approved = app("approve", "tank-1", "1.1");
        assertThat(approved.exitCode()).as("%s", approved).isZero();
        assertThat(server.asked().getLast().line()).contains("/update/approval");
        assertThat(server.asked().getLast().body()).isEqualTo("{\"rollout\":\"" + ROLLOUT + "\"}");
        assertThat(approved.out()).contains("you approved it");
        assertThat(approved.err()).contains("Approved 1.1 for tank-1.");
    }

    @Test
    void postponesOnlyToATimeThatIsNamed() {
        assertThat(app("postpone", "tank-1").exitCode()).isEqualTo(2);
        assertThat(
                        app("postpone", "tank-1", "--for", "2d", "--until", "2031-11-30T06:00:00Z")
                                .exitCode())
                .isEqualTo(2);
        assertThat(server.asked()).isEmpty();
        devices(device(TANK, "tank-1"));
        update(UPDATE);
        update(
                UPDATE.replace(
                        "\"state\":\"asking\"",
                        "\"state\":\"postponed\",\"postponedUntil\":\"2031-11-29T06:00:00Z\""));
        CommandRun postponed = app("postpone", "tank-1", "--until", "2031-11-29T06:00:00Z");
        assertThat(postponed.exitCode()).as("%s", postponed).isZero();
        assertThat(server.asked().getLast().body()).contains("\"until\":\"2031-11-29T06:00:00Z\"");
        assertThat(postponed.err()).contains("Put 1.1 off for tank-1 until 2031-11-29T06:00:00Z.");
    }

    @Test
    void passesTheServersRefusalOn() {
        devices(device(TANK, "tank-1"));
        update(UPDATE);
        server.willAnswer(
                Answer.json(
                        409,
                        """
                        {"type":"/api/v1/problems/not-possible-now","title":"No.",
                         "detail":"The update can be put off until 2031-11-30T06:00:00Z and no longer."}"""));
        CommandRun refused =
                app(
                        "postpone",
                        "tank-1",
                        "--until",
                        Instant.parse("2031-12-24T00:00:00Z").toString());
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .contains("until 2031-11-30T06:00:00Z and no longer")
                .hasLineCount(1);
    }

    @Test
    void refusesAndSaysHowToChangeOnesMind() {
        devices(device(TANK, "tank-1"));
        update(UPDATE);
        update(UPDATE.replace("asking", "refused"));
        CommandRun refused = app("refuse", "tank-1");
        assertThat(refused.exitCode()).as("%s", refused).isZero();
        assertThat(server.asked().getLast().line()).contains("/update/refusal");
        assertThat(refused.err()).contains("next: breakwater app approve tank-1 1.1");
    }

    @Test
    void saysThatThereIsNothing() {
        devices(device(TANK, "tank-1"));
        update("{}");
        assertThat(app("updates", "tank-1").err()).contains("There is no update for tank-1.");
        devices(device(TANK, "tank-1"));
        update("{}");
        CommandRun nothing = app("approve", "tank-1");
        assertThat(nothing.exitCode()).isEqualTo(1);
        assertThat(nothing.err()).contains("there is no update for tank-1");
    }
}
