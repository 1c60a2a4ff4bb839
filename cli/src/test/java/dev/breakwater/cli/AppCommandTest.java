/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static dev.breakwater.cli.Reef.PASSWORD;
import static dev.breakwater.cli.Reef.json;
import static dev.breakwater.cli.Reef.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.demo.AuthenticatorApp;
import dev.breakwater.companion.LabelImage;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.testkit.pki.TestKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An owner's app at a terminal, against the real API. */
class AppCommandTest {

    private static final String BOB = "bob@reef.example";
    private static final String EVE = "eve@reef.example";
    private static final String TANK = "tank-1";
    private static final Duration ELEVEN_MINUTES = Duration.ofMinutes(11);

    @TempDir Path data;
    @TempDir Path computers;
    private Reef reef;

    @BeforeEach
    void setUp() throws Exception {
        reef = new Reef(data, computers);
        reef.join(BOB, "device-owner");
    }

    @AfterEach
    void tearDown() {
        reef.close();
    }

    private CommandRun logIn(String email, String typed) {
        return CommandRun.piped(
                reef.computer(email),
                typed,
                "app",
                "login",
                email,
                "--server",
                reef.api.address(),
                "--root",
                reef.root());
    }

    private CommandRun app(String email, String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "app";
        System.arraycopy(words, 0, all, 1, words.length);
        return CommandRun.of(reef.computer(email), all);
    }

    private void bobOwnsATank() {
        var _ = reef.device(TANK);
        reef.maker("device", "owner", "add", TANK, BOB);
        ok(logIn(BOB, PASSWORD + "\n"));
    }

    private Path session(String email) {
        return reef.computer(email).resolve("breakwater/owner.json");
    }

    @Test
    void keepsASessionOfItsOwnThatRenewsItself() throws Exception {
        bobOwnsATank();
        assertThat(reef.profile(BOB)).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(session(BOB))))
                .isEqualTo("rw-------");
        String first = Files.readString(session(BOB));
        assertThat(app(BOB, "devices").out()).contains(TANK);
        assertThat(Files.readString(session(BOB))).isEqualTo(first);
        reef.api.clock().advance(ELEVEN_MINUTES);
        assertThat(ok(app(BOB, "devices")).out()).contains(TANK);
        assertThat(Files.readString(session(BOB))).isNotEqualTo(first);
        // Who shows a refresh token twice has stolen it.
        Files.writeString(session(BOB), first);
        reef.api.clock().advance(ELEVEN_MINUTES);
        CommandRun over = app(BOB, "devices");
        assertThat(over.exitCode()).isEqualTo(1);
        assertThat(over.err()).contains("The session of " + BOB + " is over").hasLineCount(1);
    }

    @Test
    void refusesAFileThatOthersMayReadAndOneThatIsNotThere() throws Exception {
        assertThat(app(BOB, "devices").exitCode()).isEqualTo(3);
        bobOwnsATank();
        Files.setPosixFilePermissions(session(BOB), PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun open = app(BOB, "devices");
        assertThat(open.exitCode()).isEqualTo(3);
        assertThat(open.err()).contains("chmod 600");
    }

    @Test
    void refusesAWrongPasswordAndAnotherServersRoot() {
        CommandRun wrong = logIn(BOB, "wrong\n");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err())
                .contains("The address or the password is not right")
                .hasLineCount(1);
        assertThat(session(BOB)).doesNotExist();
        CommandRun other =
                CommandRun.piped(
                        reef.computer(BOB),
                        PASSWORD + "\n",
                        "app",
                        "login",
                        BOB,
                        "--server",
                        reef.api.address(),
                        "--root",
                        "sha256:" + "0".repeat(64));
        assertThat(other.exitCode()).isEqualTo(4);
        assertThat(other.err()).contains("shows another root");
        CommandRun nowhere =
                CommandRun.piped(reef.computer(BOB), PASSWORD + "\n", "app", "login", BOB);
        assertThat(nowhere.exitCode()).isEqualTo(2);
        assertThat(nowhere.err()).contains("--server");
    }

    @Test
    void showsOnlyWhatIsTheOwners() {
        bobOwnsATank();
        var _ = reef.device("tank-2");
        assertThat(app(BOB, "devices").out()).contains(TANK).doesNotContain("tank-2");
        CommandRun foreign = app(BOB, "device", "tank-2");
        assertThat(foreign.exitCode()).isEqualTo(1);
        assertThat(foreign.err()).contains("none of your devices");
        var device = json(ok(app(BOB, "device", TANK, "-o", "json")));
        assertThat(device.at("/device/serial").asString()).isEqualTo(TANK);
        var state = json(ok(app(BOB, "set", TANK, "brightness=70", "-o", "json")));
        assertThat(state.at("/desired/state/brightness").asInt()).isEqualTo(70);
        CommandRun waiting = app(BOB, "command", TANK, "feed", "--wait", "1s");
        assertThat(waiting.exitCode()).isEqualTo(1);
        assertThat(waiting.err()).contains("still queued");
    }

    @Test
    void handsADeviceOn() {
        bobOwnsATank();
        reef.join(EVE, "device-owner");
        ok(logIn(EVE, PASSWORD + "\n"));
        String withdrawn = code();
        ok(app(BOB, "transfer", TANK, "--withdraw"));
        CommandRun late = accept(withdrawn);
        assertThat(late.exitCode()).isEqualTo(1);
        assertThat(late.err()).contains("The code is not good");
        assertThat(ok(accept(code())).out()).contains(TANK);
        assertThat(app(BOB, "devices").out()).doesNotContain(TANK);
    }

    private String code() {
        return json(ok(app(BOB, "transfer", TANK, "-o", "json"))).path("code").asString();
    }

    @Test
    void sharesADeviceUntilOneOfTheTwoEndsIt() {
        bobOwnsATank();
        var _ = reef.device("tank-2");
        reef.maker("device", "owner", "add", "tank-2", BOB);
        reef.join(EVE, "device-owner");
        ok(logIn(EVE, PASSWORD + "\n"));
        String code = json(ok(app(BOB, "share", TANK, "-o", "json"))).path("code").asString();
        assertThat(acceptShare("bws_wrong").err()).contains("The code is not good");
        CommandRun accepted = ok(acceptShare(code));
        assertThat(accepted.err() + accepted.out()).contains(BOB + " lets you see " + TANK);
        assertThat(accepted.out() + accepted.err()).doesNotContain(code);
        // What one computer may spend in a second has been spent on making all of this.
        reef.api.clock().advance(Duration.ofMinutes(1));

        assertThat(ok(app(EVE, "devices")).out())
                .contains(TANK, "SHARED BY", BOB, "read")
                .doesNotContain("tank-2");
        assertThat(ok(app(BOB, "devices")).out()).doesNotContain("read");
        ok(app(EVE, "device", TANK));
        CommandRun refused = app(EVE, "command", TANK, "feed");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("shared with you, and that does not cover this");
        assertThat(app(EVE, "share", TANK).exitCode()).isEqualTo(1);
        assertThat(ok(app(BOB, "shares", TANK)).out()).contains(EVE, "read", "accepted");
        assertThat(ok(reef.maker("device", "shares", TANK)).out()).contains(BOB, EVE, "read");

        ok(app(BOB, "unshare", TANK, EVE));
        assertThat(app(EVE, "device", TANK).exitCode()).isEqualTo(1);
        assertThat(app(BOB, "unshare", TANK, EVE).err()).contains("is not shared with");
    }

    @Test
    void givesUpWhatSomebodyShares() {
        bobOwnsATank();
        reef.join(EVE, "device-owner");
        ok(logIn(EVE, PASSWORD + "\n"));
        var offer = json(ok(app(BOB, "share", TANK, "--use", "-o", "json")));
        ok(acceptShare(offer.path("code").asString()));
        ok(app(EVE, "set", TANK, "brightness=70"));
        ok(app(EVE, "command", TANK, "feed"));
        var mine = json(ok(app(EVE, "shares", "-o", "json")));
        assertThat(mine.at("/items/0/owner/email").asString()).isEqualTo(BOB);
        assertThat(mine.at("/items/0/right").asString()).isEqualTo("use");
        assertThat(app(BOB, "unshare", TANK).err()).contains("is yours");
        ok(app(EVE, "unshare", TANK));
        assertThat(ok(app(EVE, "devices")).out()).doesNotContain(TANK);
        assertThat(ok(app(BOB, "shares", TANK)).out()).doesNotContain(EVE);
    }

    private CommandRun acceptShare(String code) {
        return CommandRun.piped(reef.computer(EVE), code + "\n", "app", "accept-share");
    }

    @Test
    void watchesWhatHappens() throws Exception {
        DeviceId tank = reef.device(TANK);
        reef.maker("device", "owner", "add", TANK, BOB);
        ok(logIn(BOB, PASSWORD + "\n"));
        CompletableFuture<CommandRun> watch =
                CompletableFuture.supplyAsync(() -> app(BOB, "watch", TANK, "--count", "2"));
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!watch.isDone() && System.nanoTime() - deadline < 0) {
            ok(app(BOB, "set", TANK, "brightness=" + System.nanoTime()));
        }
        CommandRun seen = ok(watch.get(10, TimeUnit.SECONDS));
        assertThat(seen.lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("state  device=" + tank + "  reportedVersion=0"));
    }

    private CommandRun accept(String code) {
        return CommandRun.piped(reef.computer(EVE), code + "\n", "app", "accept");
    }

    @Test
    void reportsTheftAndTakesItBackWithAProof() {
        bobOwnsATank();
        ok(app(BOB, "stolen", TANK));
        assertThat(app(BOB, "device", TANK).out()).contains("suspended");
        reef.api.clock().advance(ELEVEN_MINUTES);
        CommandRun unproven = app(BOB, "stolen", TANK, "--found");
        assertThat(unproven.exitCode()).isEqualTo(1);
        assertThat(unproven.err()).contains("the password is needed once more");
        CommandRun proven =
                CommandRun.attended(
                        reef.computer(BOB),
                        (prompt, printed) -> PASSWORD,
                        "app",
                        "stolen",
                        TANK,
                        "--found");
        ok(proven);
        assertThat(app(BOB, "device", TANK).out()).contains("active");
    }

    @Test
    void givesADeviceBackOnlyAtTheOwnersWill() {
        bobOwnsATank();
        CommandRun mistyped =
                CommandRun.piped(reef.computer(BOB), "tank-7\n", "app", "dispose", TANK);
        assertThat(mistyped.exitCode()).isEqualTo(2);
        assertThat(app(BOB, "devices").out()).contains(TANK);
        ok(CommandRun.piped(reef.computer(BOB), TANK + "\n", "app", "dispose", TANK));
        assertThat(app(BOB, "devices").out()).doesNotContain(TANK);
    }

    @Test
    void asksForTheSecondFactorAtLogInAndOnceMoreBeforeADeviceIsGivenAway() {
        bobOwnsATank();
        reef.logIn(BOB);
        AuthenticatorApp digits = reef.app(BOB);
        assertThat(logIn(BOB, PASSWORD + "\n000000\n").exitCode()).isEqualTo(1);
        ok(logIn(BOB, PASSWORD + "\n" + digits.next() + "\n"));
        reef.api.clock().advance(ELEVEN_MINUTES);
        CommandRun without = app(BOB, "transfer", TANK);
        assertThat(without.exitCode()).isEqualTo(1);
        assertThat(without.err()).contains("second factor", "--code");
        ok(app(BOB, "transfer", TANK, "--code", digits.next()));
    }

    @Test
    void saysHowADeviceStandsWithoutAnAccount() throws Exception {
        SetupLabel label =
                new SetupLabel(
                        "Tank 9",
                        "pond-lily",
                        new DeviceSerial("tank-9"),
                        SetupKeyHash.of(TestKeys.p256().getPublic()));
        Path picture = Files.write(computers.resolve("label.png"), LabelImage.draw(label, 4));
        assertThat(ok(app(EVE, "scan", picture.toString())).out())
                .contains("tank-9", "pond-lily", label.key().text())
                .doesNotContain("STANDING");
        CommandRun unknown =
                app(
                        EVE,
                        "scan",
                        picture.toString(),
                        "--server",
                        reef.api.address(),
                        "--root",
                        reef.root());
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.out()).contains("unknown");
        assertThat(unknown.err()).contains("does not know the label");
        Path nothing = Files.writeString(computers.resolve("other.png"), "no picture");
        assertThat(app(EVE, "scan", nothing.toString()).err()).contains("not a PNG");
    }

    @Test
    void forgetsTheSessionAtTheLogOut() throws Exception {
        bobOwnsATank();
        ok(app(BOB, "logout"));
        assertThat(Files.readString(session(BOB))).doesNotContain("bwr_");
        CommandRun after = app(BOB, "devices");
        assertThat(after.exitCode()).isEqualTo(1);
        assertThat(after.err()).contains("Nobody is logged in");
    }
}
