/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.release.signing.PublicKeyFile;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.release.DirectorStatement;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.trust.FoundTarget;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From the ceremony to a withdrawal at the command line, against the real API. */
@Tag("system")
@Timeout(300)
class ReleaseCommandTest {

    @TempDir private Path data;
    @TempDir private Path computers;
    @TempDir private Path files;
    private ReleaseDesk desk;

    @BeforeEach
    void setUpAServerWithAProduct() throws Exception {
        desk = new ReleaseDesk(data, computers, files);
    }

    @AfterEach
    void stop() {
        desk.close();
    }

    @Test
    void beginsARepositoryInOneCommandAndReplacesNothing() throws Exception {
        CommandRun begun = desk.init();
        assertThat(begun.out())
                .contains("root-1.pem", "root-3.pem", "release-1.pem", "Goes into every device");
        assertThat(begun.err())
                .contains("Now carry each root key to a place of its own")
                .contains("next: breakwater release publish");
        for (String name : List.of("root-1.pem", "root-2.pem", "root-3.pem", "release-1.pem")) {
            assertThat(Files.getPosixFilePermissions(desk.keys().resolve(name)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        Root root = ReleaseDesk.root(desk.keys().resolve("root.json"));
        assertThat(root.consistentSnapshot()).isTrue();
        assertThat(root.keysOf(TopRole.ROOT).threshold()).isEqualTo(2);
        assertThat(root.keysOf(TopRole.ROOT).keys()).hasSize(3);
        JsonNode state = desk.json("release", "status", "--product", "tank");
        assertThat(state.at("/root/version").asInt()).isOne();
        assertThat(state.at("/targets/version").asInt()).isOne();
        TrustedRepository trusted = desk.refreshed();
        assertThat(trusted.targets().delegation(DirectorStatement.ROLE)).isPresent();
        assertThat(trusted.targets().targets()).isEmpty();
        ReleaseDesk.assertRefused(
                desk.initInto(desk.files().resolve("others")), 1, "has a repository");
        assertThat(desk.files().resolve("others")).doesNotExist();
        ReleaseDesk.assertRefused(desk.initInto(desk.keys()), 3, "is not empty");
    }

    @Test
    void leavesNothingWhenAPassphraseIsTooShort() throws Exception {
        Path weak = ReleaseDesk.own(Files.writeString(desk.files().resolve("weak.txt"), "short\n"));
        CommandRun refused =
                desk.run(
                        "release",
                        "keys",
                        "init",
                        "--product",
                        "tank",
                        "--directory",
                        desk.keys().toString(),
                        "--root-passphrase-file",
                        desk.passphrase().toString(),
                        "--release-passphrase-file",
                        weak.toString());
        ReleaseDesk.assertRefused(refused, 2, "at least 16 characters");
        try (Stream<Path> left = Files.list(desk.files())) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("passphrase.txt", "weak.txt");
        }
    }

    @Test
    void makesNoKeysForWhoeverMayNotHandIn() {
        String email = "sue@reef.example";
        desk.reef().join(email, "support");
        desk.reef().logIn(email);
        CommandRun refused =
                CommandRun.of(desk.reef().computer(email), desk.initialization(desk.keys()));
        ReleaseDesk.assertRefused(refused, 1, "releases:write");
        assertThat(desk.keys()).doesNotExist();
    }

    /** The server's clock is two days ahead of that of whoever signs for one. */
    @Test
    void keepsTheKeysWhenHandingInFailsAndSaysHowToGoOn() {
        desk.reef().api.clock().advance(Duration.ofDays(2));
        List<String> words = new ArrayList<>(List.of(desk.initialization(desk.keys())));
        words.addAll(List.of("--root-life", "1d"));
        CommandRun refused = desk.run(words.toArray(String[]::new));
        desk.reef().api.clock().advance(Duration.ofDays(-2));
        String root = desk.keys().resolve("root.json").toString();
        String targets = desk.keys().resolve("1.targets.json").toString();
        ReleaseDesk.assertRefused(refused, 1, "next: breakwater release submit " + root);
        assertThat(desk.keys().resolve("root-1.pem")).exists();
        Reef.ok(desk.run("release", "submit", targets, root, "--product", "tank"));
        assertThat(desk.json("release", "status", "--product", "tank").at("/targets/version"))
                .hasToString("1");
    }

    @Test
    void publishesListsAndWithdrawsARelease() throws Exception {
        desk.init();
        CommandRun published =
                desk.publish("tank.zip", ReleaseDesk.IMAGE, "1.1", "--notes", "Mends the pump.");
        assertThat(published.exitCode()).as("%s", published).isZero();
        assertThat(published.out()).contains("1.1/tank.zip", "published", "Mends the pump.");
        assertThat(published.err()).contains("No device installs it before a rollout offers it.");
        FoundTarget found = desk.refreshed().find("1.1/tank.zip").orElseThrow();
        ReleaseDescription description = ReleaseDescription.of(found.file());
        assertThat(description.releaseCounter()).isOne();
        assertThat(description.hardwareIds()).containsExactly("rev-a");
        CommandRun again = desk.publish("tank.zip", ReleaseDesk.IMAGE, "1.1");
        ReleaseDesk.assertRefused(again, 1, "is published, and what is published stays as it is");
        assertThat(desk.publish("tank.zip", "other".getBytes(UTF_8), "1.2").exitCode()).isZero();
        JsonNode list = desk.json("release", "list", "--product", "tank").path("items");
        assertThat(list).hasSize(2);
        assertThat(list.path(1).path("counter").asInt()).isEqualTo(2);
        assertThat(desk.json("release", "show", list.path(1).path("id").asString()).path("version"))
                .hasToString("\"1.2\"");
        CommandRun withdrawn =
                desk.run(
                        "release",
                        "withdraw",
                        "1.2/tank.zip",
                        "--product",
                        "tank",
                        "--key",
                        desk.key("release-1"),
                        "--passphrase-file",
                        desk.passphrase().toString());
        assertThat(withdrawn.exitCode()).as("%s", withdrawn).isZero();
        assertThat(desk.refreshed().find("1.2/tank.zip")).isEmpty();
        assertThat(desk.run("release", "list", "--product", "tank").out()).contains("withdrawn");
        // What was withdrawn keeps its place in the order.
        assertThat(desk.publish("tank.zip", "third".getBytes(UTF_8), "1.3").exitCode()).isZero();
        assertThat(
                        ReleaseDescription.of(
                                        desk.refreshed().find("1.3/tank.zip").orElseThrow().file())
                                .releaseCounter())
                .isEqualTo(3);
    }

    @Test
    void stopsSecretsHereAndAtTheServerUntilAMemberAnswersForThem() throws Exception {
        desk.init();
        byte[] secret = ("key=" + "AKIA" + "QWERTYUIOPASDFGH\n").getBytes(UTF_8);
        CommandRun stopped = desk.publish("tank.cfg", secret, "1.1");
        assertThat(stopped.exitCode()).as("%s", stopped).isEqualTo(5);
        assertThat(stopped.out()).contains("tank.cfg").doesNotContain("QWERTYUIOPASDFGH");
        assertThat(stopped.err()).contains("Nothing was uploaded");
        assertThat(desk.json("release", "artifacts", "--product", "tank").path("items")).isEmpty();
        CommandRun blocked = desk.publish("tank.cfg", secret, "1.1", "--despite-findings");
        assertThat(blocked.exitCode()).as("%s", blocked).isEqualTo(5);
        assertThat(blocked.err()).contains("The server has the file and blocks its release");
        String artifact =
                desk.json("release", "artifacts", "--product", "tank").at("/items/0/id").asString();
        JsonNode finding = desk.json("release", "findings", artifact).at("/items/0");
        assertThat(finding.path("place").asString()).contains("tank.cfg");
        String[] waive = {
            "release",
            "waive",
            artifact,
            finding.path("fingerprint").asString(),
            "--reason",
            "an example of the handbook",
            "--for",
            "30d"
        };
        ReleaseDesk.assertRefused(desk.run(waive), 1, "A member answers for a finding");
        desk.reef().join("mia@reef.example", "administrator");
        desk.reef().logIn("mia@reef.example");
        var app = desk.reef().app("mia@reef.example");
        desk.reef().api.clock().advance(Duration.ofMinutes(1));
        List<String> words = new ArrayList<>(List.of(waive));
        words.addAll(List.of("--code", app.next()));
        Reef.ok(
                CommandRun.of(
                        desk.reef().computer("mia@reef.example"), words.toArray(String[]::new)));
        assertThat(desk.publish("tank.cfg", secret, "1.1", "--despite-findings").exitCode())
                .isZero();
    }

    @Test
    void rotatesAReleaseKeyAndThenTheOldOneSignsNothing() throws Exception {
        desk.init();
        assertThat(desk.publish("tank.zip", ReleaseDesk.IMAGE, "1.1").exitCode()).isZero();
        Root before = desk.refreshed().root();
        String old = before.keysOf(TopRole.TARGETS).keys().getFirst().id().hex();
        Path fresh = desk.keys().resolve("release-2.pem");
        CommandRun rotated =
                desk.run(
                        "release",
                        "keys",
                        "rotate",
                        "release",
                        "--product",
                        "tank",
                        "--key",
                        desk.key("root-1"),
                        "--key",
                        desk.key("root-3"),
                        "--passphrase-file",
                        desk.passphrase().toString(),
                        "--remove",
                        old.substring(0, 12),
                        "--new",
                        fresh.toString(),
                        "--new-passphrase-file",
                        desk.passphrase().toString(),
                        "--directory",
                        desk.files().resolve("signed").toString());
        assertThat(rotated.exitCode()).as("%s", rotated).isZero();
        TrustedRepository after = desk.refreshed();
        assertThat(after.root().version()).isEqualTo(2);
        assertThat(after.targets().version()).isEqualTo(3);
        assertThat(after.find("1.1/tank.zip")).isPresent();
        ReleaseDesk.assertRefused(
                desk.publish("tank.zip", ReleaseDesk.IMAGE, "1.2"),
                2,
                "signs no releases of this product");
        CommandRun published =
                desk.run(
                        "release",
                        "publish",
                        desk.files().resolve("tank.zip").toString(),
                        "--product",
                        "tank",
                        "--version",
                        "1.2",
                        "--hardware",
                        "rev-a",
                        "--key",
                        fresh.toString(),
                        "--passphrase-file",
                        desk.passphrase().toString());
        assertThat(published.exitCode()).as("%s", published).isZero();
    }

    @Test
    void rotatesRootAmongSeveralPeople() throws Exception {
        desk.init();
        Path publicFile = desk.files().resolve("dave.pub.pem");
        Reef.ok(
                desk.run(
                        "release",
                        "keys",
                        "new",
                        desk.files().resolve("dave.pem").toString(),
                        "--public",
                        publicFile.toString(),
                        "--passphrase-file",
                        desk.passphrase().toString()));
        String gone = PublicKeyFile.read(desk.keys().resolve("root-3.pub.pem")).id().hex();
        Path signed = desk.files().resolve("signed");
        CommandRun half =
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
                        "--remove",
                        gone,
                        "--add",
                        publicFile.toString(),
                        "--directory",
                        signed.toString());
        assertThat(half.exitCode()).as("%s", half).isZero();
        assertThat(half.err()).contains("Nothing was handed in", "next: breakwater release submit");
        String file = signed.resolve("2.root.json").toString();
        CommandRun early = desk.run("release", "submit", file, "--product", "tank");
        ReleaseDesk.assertRefused(early, 1, "must be signed by 2 of its keys, and is by 1");
        Reef.ok(
                desk.run(
                        "release",
                        "keys",
                        "sign",
                        file,
                        "--key",
                        desk.key("root-2"),
                        "--passphrase-file",
                        desk.passphrase().toString()));
        Reef.ok(desk.run("release", "submit", file, "--product", "tank"));
        assertThat(desk.refreshed().root().keysOf(TopRole.ROOT).keys())
                .contains(PublicKeyFile.read(publicFile))
                .doesNotContain(PublicKeyFile.read(desk.keys().resolve("root-3.pub.pem")));
    }

    @Test
    void believesNoServerOnAMachineThatKnowsNoRoot() throws Exception {
        desk.init();
        assertThat(desk.publish("tank.zip", ReleaseDesk.IMAGE, "1.1").exitCode()).isZero();
        Path mirror = desk.files().resolve("mirror");
        Path other = computers.resolve("other");
        Path settings = Files.createDirectories(other.resolve("breakwater"));
        Files.copy(desk.reef().profile("maker"), settings.resolve("profile.toml"));
        ReleaseDesk.own(settings.resolve("profile.toml"));
        String[] words = {
            "release",
            "mirror",
            mirror.toString(),
            "--product",
            "tank",
            "--artifact",
            desk.files().resolve("tank.zip").toString()
        };
        CommandRun unknown = CommandRun.of(other, words);
        ReleaseDesk.assertRefused(unknown, 3, "this machine knows no root");
        List<String> known = new ArrayList<>(List.of(words));
        known.addAll(List.of("--root", desk.keys().resolve("root.json").toString()));
        Reef.ok(CommandRun.of(other, known.toArray(String[]::new)));
        Reef.ok(CommandRun.of(other, words));
    }
}
