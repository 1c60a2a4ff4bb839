/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.companion.LabelImage;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.protocol.setup.SetupLabel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Labels at the command line, against the real API. */
@Tag("system")
@Timeout(120)
class LabelCommandTest {

    private static final String PASSPHRASE = "coral lagoon";

    @TempDir private Path data;
    @TempDir private Path configuration;
    private RunningApi api;

    @BeforeEach
    void setUpAServerAndItsAdministrator() throws Exception {
        api = new RunningApi(data);
        ok("setup", api.address(), "--code", api.setupCode(), "--root", root());
        ok("product", "create", "tank");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void entersShowsAndRemovesALabel() {
        CommandRun added = ok("label", "add", "tank-1", hash(1), "--product", "tank");
        assertThat(added.out()).contains("tank-1", hash(1), "software-key");
        assertThat(added.err())
                .contains("Entered the label of tank-1.")
                .contains("next: breakwater label draw tank-1");
        assertThat(ok("label", "list").lines()).hasSize(2);
        CommandRun shown = ok("label", "show", "tank-1", "-o", "json");
        assertThat(json(shown).path("setupKeyHash").asString()).isEqualTo(hash(1));
        assertThat(shown.err()).contains("next: breakwater device standing tank-1 " + hash(1));
        String id = json(shown).path("id").asString();
        assertThat(json(ok("label", "show", id, "-o", "json"))).isEqualTo(json(shown));
        assertThat(ok("label", "remove", "tank-1").err()).contains("Withdrew the label tank-1.");
        CommandRun gone = run("label", "show", "tank-1");
        assertThat(gone.exitCode()).isEqualTo(1);
        assertThat(gone.err()).contains("no label with the id or serial 'tank-1'").hasLineCount(1);
    }

    @Test
    void refusesALabelWhoseSerialOrKeyIsTaken() {
        ok("label", "add", "tank-1", hash(1), "--product", "tank");
        ok("label", "add", "tank-1", hash(1), "--product", "tank");
        CommandRun copied = run("label", "add", "tank-2", hash(1), "--product", "tank");
        assertThat(copied.exitCode()).isEqualTo(1);
        assertThat(copied.err()).contains("tank-2").hasLineCount(1);
        assertThat(run("label", "add", "tank-3", "abc", "--product", "tank").exitCode())
                .isEqualTo(1);
        assertThat(ok("label", "list").lines()).hasSize(2);
    }

    @Test
    void tellsWhoeverHasReadALabelHowTheDeviceStands(@TempDir Path stranger) {
        ok("label", "add", "tank-1", hash(1), "--product", "tank");
        assertThat(ok("device", "standing", "tank-1", hash(1)).out()).contains("free");
        CommandRun asked =
                CommandRun.of(
                        stranger,
                        "device",
                        "standing",
                        "tank-1",
                        hash(1),
                        "-o",
                        "json",
                        "--server",
                        api.address(),
                        "--root",
                        root());
        assertThat(json(asked).path("standing").asString()).isEqualTo("free");
        assertThat(run("device", "standing", "tank-1", hash(2)).exitCode()).isEqualTo(1);
        assertThat(CommandRun.of(stranger, "device", "standing", "tank-1", hash(1)).exitCode())
                .isEqualTo(2);
    }

    @Test
    void importsAFileOfBothFormsAndTheSameAgain() throws Exception {
        String list =
                """
                # batch 7
                serial,setupKeyHash
                tank-1,%s

                "tank-2", "%s"
                {"serial": "tank-3", "setupKeyHash": "%s"}
                """
                        .formatted(hash(1), hash(2), hash(3));
        CommandRun done = ok("label", "import", file(list), "--product", "tank");
        assertThat(done.out()).contains("LABELS", "3");
        assertThat(done.err())
                .contains("lines 3 to 6 are entered.")
                .contains("next: breakwater label list");
        CommandRun again =
                CommandRun.piped(
                        configuration,
                        list,
                        "label",
                        "import",
                        "-",
                        "--product",
                        "tank",
                        "-o",
                        "json");
        assertThat(again.exitCode()).as("%s", again).isZero();
        assertThat(json(again).path("labels").asInt()).isEqualTo(3);
        assertThat(ok("label", "list").lines()).hasSize(4);
    }

    @Test
    void importsInBatchesAndGoesOnAtALine() throws Exception {
        String list =
                IntStream.rangeClosed(1, 1_203)
                        .mapToObj(i -> "tank-" + i + "," + hash(i))
                        .collect(Collectors.joining("\n"));
        CommandRun rest =
                ok("label", "import", file(list), "--product", "tank", "--from-line", "1201");
        assertThat(rest.out()).contains("3");
        CommandRun all = ok("label", "import", file(list), "--product", "tank", "-o", "json");
        assertThat(json(all).path("labels").asInt()).isEqualTo(1_203);
        assertThat(all.err()).contains("lines 1 to 1000 are", "lines 1001 to 1203 are");
    }

    @Test
    void namesEachLineThatIsNoLabelAndEntersNothing() throws Exception {
        String list =
                """
                tank-1,%1$s
                tank-2
                tank 3,%1$s
                tank-4,abc
                tank-1,%2$s
                tank-6,%1$s
                {"serial": "tank-7"}
                {"serial": "tank-8",
                """
                        .formatted(hash(1), hash(2));
        CommandRun refused = run("label", "import", file(list), "--product", "tank");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains("line 2: a line is a serial, a comma and the hash")
                .contains("line 3: a device serial is")
                .contains("line 4: a set-up key hash is")
                .contains("line 5: the serial tank-1 is on line 1 already")
                .contains("line 6: the set-up key is that of line 1")
                .contains("line 7: an object has the members serial and setupKeyHash")
                .contains("line 8: it begins with { and is no JSON object")
                .contains("7 of the lines of ", "; nothing was entered")
                .hasLineCount(8);
        assertThat(ok("label", "list").lines()).hasSize(1);
        assertThat(run("label", "import", file("\n"), "--product", "tank").exitCode()).isEqualTo(2);
        assertThat(run("label", "import", "/no/file", "--product", "tank").exitCode()).isEqualTo(3);
    }

    @Test
    void entersTheOthersWhereTheServerRefusesALine() throws Exception {
        ok("label", "add", "tank-2", hash(9), "--product", "tank");
        String list = "tank-1,%s\ntank-2,%s\ntank-3,%s\n".formatted(hash(1), hash(2), hash(3));
        CommandRun done = run("label", "import", file(list), "--product", "tank", "-o", "json");
        assertThat(done.exitCode()).isEqualTo(1);
        assertThat(json(done).path("labels").asInt()).isEqualTo(2);
        assertThat(json(done).at("/refused/0/line").asInt()).isEqualTo(2);
        assertThat(done.err())
                .contains("line 2: the serial tank-2, or its key, is on another label")
                .contains("1 of 3 labels were not entered");
        assertThat(ok("label", "list").lines()).hasSize(4);
    }

    @Test
    void saysWhereAnImportThatStoppedGoesOn() throws Exception {
        String list = "tank-1," + hash(1);
        CommandRun stopped =
                run(
                        "label",
                        "import",
                        file(list),
                        "--product",
                        "tank",
                        "--assurance",
                        "hardware-kee");
        assertThat(stopped.exitCode()).isEqualTo(1);
        assertThat(stopped.err())
                .contains("--assurance hardware-kee --from-line 1")
                .contains("stopped at lines 1 to 1, with 0 labels entered before: ");
    }

    @Test
    void drawsALabelThatAnAppReads() throws Exception {
        ok("label", "add", "tank-1", hash(1), "--product", "tank");
        Path picture = configuration.resolve("tank-1.png");
        String[] words = {
            "label", "draw", "tank-1", "--network", "tank 1", "--to", picture.toString()
        };
        CommandRun drawn = CommandRun.piped(configuration, PASSPHRASE + "\n", words);
        assertThat(drawn.exitCode()).as("%s", drawn).isZero();
        assertThat(drawn.out() + drawn.err()).contains("tank 1").doesNotContain(PASSPHRASE);
        SetupLabel label = LabelImage.read(Files.readAllBytes(picture));
        assertThat(label.passphrase()).isEqualTo(PASSPHRASE);
        assertThat(label.network()).isEqualTo("tank 1");
        assertThat(label.key().text()).isEqualTo(hash(1));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(picture)))
                .isEqualTo("rw-------");

        CommandRun again = CommandRun.piped(configuration, PASSPHRASE + "\n", words);
        assertThat(again.exitCode()).isEqualTo(3);
        assertThat(again.err()).contains("is not replaced");
    }

    @Test
    void makesAPassphraseUpAndShowsItOnce() throws Exception {
        Path picture = configuration.resolve("tank-1.png");
        CommandRun drawn =
                run(
                        "label",
                        "draw",
                        "tank-1",
                        "--key",
                        hash(1),
                        "--network",
                        "tank",
                        "--new-passphrase",
                        "--to",
                        picture.toString(),
                        "-o",
                        "json");
        String passphrase = json(drawn).path("passphrase").asString();
        assertThat(passphrase).matches("([a-z2-9]{5}-){3}[a-z2-9]{5}");
        assertThat(LabelImage.read(Files.readAllBytes(picture)).passphrase()).isEqualTo(passphrase);
    }

    @Test
    void drawsNoLabelThatNoDeviceHas() {
        String picture = configuration.resolve("tank-1.png").toString();
        CommandRun tooShort =
                CommandRun.piped(
                        configuration,
                        "short\n",
                        "label",
                        "draw",
                        "tank-1",
                        "--key",
                        hash(1),
                        "--network",
                        "tank",
                        "--to",
                        picture);
        assertThat(tooShort.exitCode()).isEqualTo(2);
        assertThat(tooShort.err()).contains("8 to 63").doesNotContain("short\n");
        assertThat(run("label", "draw", "tank-9", "--network", "t", "--to", picture).exitCode())
                .isEqualTo(1);
        assertThat(Path.of(picture)).doesNotExist();
    }

    private static String hash(int number) {
        return SetupKeyHash.of(("key " + number).getBytes(StandardCharsets.UTF_8)).text();
    }

    private String root() {
        return Fingerprint.of(api.pki().root()).toString();
    }

    private String file(String text) throws Exception {
        return Files.writeString(configuration.resolve("labels.csv"), text).toString();
    }

    private static JsonNode json(CommandRun run) {
        return JsonMapper.shared().readTree(run.out());
    }

    private CommandRun ok(String... words) {
        CommandRun run = run(words);
        assertThat(run.exitCode()).as("%s", run).isZero();
        return run;
    }

    private CommandRun run(String... words) {
        return CommandRun.of(configuration, words);
    }
}
