/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.release.DirectorStatement;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code breakwater release keys rotate online}: one command, and what breaks it off. */
class OnlineKeyCommandTest {

    @TempDir private Path data;
    @TempDir private Path computers;
    @TempDir private Path files;
    private ReleaseDesk desk;

    @BeforeEach
    void publish() throws Exception {
        desk = new ReleaseDesk(data, computers, files);
        assertThat(keys()).isEmpty();
        desk.init();
        assertThat(desk.publish("tank.zip", ReleaseDesk.IMAGE, "1.1").exitCode()).isZero();
    }

    @AfterEach
    void stop() {
        desk.close();
    }

    private JsonNode keys() {
        return desk.json("release", "status", "--product", "tank").path("onlineKeys");
    }

    private String onlyKey() {
        assertThat(keys()).hasSize(1);
        assertThat(keys().at("/0/state").asString()).isEqualTo("in-force");
        return keys().at("/0/keyId").asString();
    }

    /** Root, and the director's delegation in the targets, name the key that the server has. */
    private void isRotatedFrom(String before) throws Exception {
        TrustedRepository after = desk.refreshed();
        assertThat(after.root().version()).isEqualTo(2);
        assertThat(after.targets().version()).isEqualTo(3);
        assertThat(after.find("1.1/tank.zip")).isPresent();
        String now = onlyKey();
        assertThat(now).isNotEqualTo(before);
        assertThat(after.root().keysOf(TopRole.TIMESTAMP).keys().getFirst().id().hex())
                .isEqualTo(now);
        assertThat(
                        after.targets()
                                .delegation(DirectorStatement.ROLE)
                                .orElseThrow()
                                .keys()
                                .keys()
                                .getFirst()
                                .id()
                                .hex())
                .isEqualTo(now);
    }

    @Test
    void oneCommandRotatesTheServersKey() throws Exception {
        String before = onlyKey();
        CommandRun rotated = Reef.ok(desk.rotateOnline("root-1", "root-3", "release-1"));
        assertThat(rotated.err()).contains("The server has taken 2.root.json and 3.targets.json.");
        isRotatedFrom(before);
        assertThat(desk.publish("more.zip", "another image".getBytes(UTF_8), "1.2").exitCode())
                .isZero();
    }

    @Test
    void withTooFewKeysBothFilesWaitForTheOthersAndAreHandedInTogether() throws Exception {
        String before = onlyKey();
        CommandRun half = Reef.ok(desk.rotateOnline("root-1", "release-1"));
        assertThat(half.err()).contains("2.root.json needs the signatures of 2", "submit");
        assertThat(keys()).hasSize(2);
        assertThat(keys().at("/1/state").asString()).isEqualTo("prepared");
        Path root = files.resolve("signed/2.root.json");
        Path targets = files.resolve("signed/3.targets.json");
        ReleaseDesk.assertRefused(
                desk.run(
                        "release",
                        "submit",
                        targets.toString(),
                        root.toString(),
                        "--product",
                        "tank"),
                1,
                "must be signed by 2 of its keys, and is by 1");
        assertThat(desk.refreshed().root().version()).isEqualTo(1);
        Reef.ok(
                desk.run(
                        "release",
                        "keys",
                        "sign",
                        root.toString(),
                        "--key",
                        desk.key("root-2"),
                        "--passphrase-file",
                        desk.passphrase().toString()));
        Reef.ok(
                desk.run(
                        "release",
                        "submit",
                        targets.toString(),
                        root.toString(),
                        "--product",
                        "tank"));
        isRotatedFrom(before);
    }

    /** It broke off between having the key made and handing in, and is begun anew. */
    @Test
    void whoeverRepeatsItGetsThePreparedKeyOrAnotherOne() throws Exception {
        String before = onlyKey();
        Reef.ok(desk.rotateOnline("root-1", "release-1"));
        String prepared = keys().at("/1/keyId").asString();
        ReleaseDesk.assertRefused(
                desk.rotateOnline("root-1", "root-2", "release-1"),
                3,
                "is there already and is not replaced");
        assertThat(keys().at("/1/keyId").asString()).isEqualTo(prepared);
        Files.delete(files.resolve("signed/2.root.json"));
        Files.delete(files.resolve("signed/3.targets.json"));
        CommandRun whole =
                Reef.ok(desk.rotateOnline("root-1", "root-2", "release-1", "--replace-prepared"));
        isRotatedFrom(before);
        assertThat(onlyKey()).isNotEqualTo(prepared);
        assertThat(whole.err()).contains(onlyKey()).doesNotContain(prepared);
    }

    @Test
    void refusesWhatIsForTheKeysOfPeople() {
        ReleaseDesk.assertRefused(
                desk.rotateOnline("root-1", "--threshold=2"), 2, "makes its own keys");
        CommandRun other =
                desk.run(
                        "release",
                        "keys",
                        "rotate",
                        "root",
                        "--product",
                        "tank",
                        "--key",
                        desk.key("root-1"),
                        "--passphrase-file",
                        desk.passphrase().toString(),
                        "--replace-prepared");
        ReleaseDesk.assertRefused(other, 2, "--replace-prepared is for online");
        assertThat(keys()).hasSize(1);
    }
}
