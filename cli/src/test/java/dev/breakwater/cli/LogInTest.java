/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static dev.breakwater.cli.Reef.PASSWORD;
import static dev.breakwater.cli.Reef.json;
import static dev.breakwater.cli.Reef.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.demo.AuthenticatorApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who acts as themselves, from the log-in to the log-out, against the real API. */
@Tag("system")
@Timeout(120)
class LogInTest {

    private static final String ANN = "ann@reef.example";

    /** Longer than an access token lives, and than a proof of a second factor counts. */
    private static final Duration ELEVEN_MINUTES = Duration.ofMinutes(11);

    @TempDir private Path data;
    @TempDir private Path computers;
    private Reef reef;

    @BeforeEach
    void start() throws Exception {
        reef = new Reef(data, computers);
    }

    @AfterEach
    void stop() {
        reef.close();
    }

    @Test
    void logsInWithAPasswordAndKeepsTheSessionForItsOwnerOnly() throws Exception {
        reef.join(ANN, "support");
        CommandRun run = reef.logIn("ann@reef.example");
        assertThat(run.out()).contains("support").doesNotContain("bwr_");
        assertThat(run.err()).contains("Logged in at " + reef.api.address()).contains("next: ");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(reef.profile(ANN))))
                .isEqualTo("rw-------");
        assertThat(reef.profileText(ANN))
                .contains("bwr_")
                .doesNotContain(PASSWORD, "token = \"bwt");
        assertThat(ann("me", "show").out()).contains(ANN, "support");
        // The profile says which server from here on.
        ok(CommandRun.piped(reef.computer(ANN), PASSWORD + "\n", "login", ANN, "-o", "json"));
        assertThat(ann("session", "list").lines()).hasSize(3);
    }

    @Test
    void refusesAWrongPasswordAndAMissingOne() throws Exception {
        reef.join(ANN, "support");
        reef.logIn(ANN);
        String before = reef.profileText(ANN);
        CommandRun wrong = CommandRun.piped(reef.computer(ANN), "wrong\n", "login", ANN);
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err())
                .contains("The address or the password is not right")
                .hasLineCount(1);
        CommandRun missing = CommandRun.of(reef.computer(ANN), "login", ANN);
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err()).contains("standard input ended");
        assertThat(reef.profileText(ANN)).isEqualTo(before);
    }

    @Test
    void needsToBeToldTheServerOnceAndNeverMixesTwo() {
        CommandRun nowhere = CommandRun.piped(reef.computer(ANN), PASSWORD + "\n", "login", ANN);
        assertThat(nowhere.exitCode()).isEqualTo(2);
        assertThat(nowhere.err()).contains("--server", "--root").hasLineCount(1);
        reef.join(ANN, "support");
        reef.logIn(ANN);
        CommandRun other =
                CommandRun.piped(
                        reef.computer(ANN),
                        PASSWORD + "\n",
                        "login",
                        ANN,
                        "--server",
                        "https://elsewhere.example:8443");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("is of another server").hasLineCount(1);
    }

    @Test
    void asksForTheSecondFactor() {
        reef.join(ANN, "support");
        reef.logIn(ANN);
        AuthenticatorApp app = reef.app(ANN);
        assertThat(ann("me", "factors").out()).contains("totp", "authenticator app");
        Path computer = reef.computer(ANN);
        CommandRun without = CommandRun.piped(computer, PASSWORD + "\n", "login", ANN);
        assertThat(without.exitCode()).isEqualTo(2);
        CommandRun wrong = CommandRun.piped(computer, PASSWORD + "\n000000\n", "login", ANN);
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err()).contains("the second factor is not right").hasLineCount(1);
        ok(CommandRun.piped(computer, PASSWORD + "\n" + app.next() + "\n", "login", ANN));
        reef.api.clock().advance(ELEVEN_MINUTES);
        ok(CommandRun.piped(computer, PASSWORD + "\n", "login", ANN, "--code", app.next()));
        CommandRun codes = ann("me", "recovery-codes");
        assertThat(codes.lines()).hasSize(10).allMatch(line -> line.matches("[a-z0-9-]{29}"));
        String recovery = codes.lines().getFirst();
        ok(CommandRun.piped(computer, PASSWORD + "\n" + recovery + "\n", "login", ANN));
        assertThat(CommandRun.piped(computer, PASSWORD + "\n" + recovery + "\n", "login", ANN))
                .extracting(CommandRun::exitCode)
                .isEqualTo(1);
    }

    @Test
    void asksAPersonAgainWhoMistypesTheDigits() {
        reef.join(ANN, "support");
        reef.logIn(ANN);
        AuthenticatorApp app = reef.app(ANN);
        List<String> prompts = new ArrayList<>();
        ok(
                CommandRun.attended(
                        reef.computer(ANN),
                        (prompt, printed) -> {
                            prompts.add(prompt);
                            return switch (prompts.size()) {
                                case 1 -> PASSWORD;
                                case 2 -> "000000";
                                default -> app.next();
                            };
                        },
                        "login",
                        ANN));
        assertThat(prompts).hasSize(3);
    }

    @Test
    void renewsTheSessionWithoutBeingAsked() throws Exception {
        reef.join(ANN, "support");
        reef.logIn(ANN);
        String first = reef.profileText(ANN);
        ann("me", "show");
        assertThat(reef.profileText(ANN)).as("a good token is used again").isEqualTo(first);
        // The client's own clock stands: the server refuses the token, and the client renews it.
        reef.api.clock().advance(ELEVEN_MINUTES);
        ann("me", "show");
        String second = reef.profileText(ANN);
        assertThat(second).isNotEqualTo(first).contains("bwr_");
        // Here the client's clock is the one that says so.
        Files.writeString(
                reef.profile(ANN),
                second.replaceAll(
                        "access-token-ends = .*", "access-token-ends = \"2020-01-01T00:00:00Z\""));
        ann("me", "show");
        assertThat(reef.profileText(ANN)).doesNotContain("2020-01-01").isNotEqualTo(second);
        assertThat(reef.profile(ANN).getParent()).isDirectoryNotContaining("glob:**.next");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(reef.profile(ANN))))
                .isEqualTo("rw-------");
    }

    @Test
    void renewsOnceForCommandsThatRunAtTheSameTime() throws Exception {
        reef.join(ANN, "support");
        reef.logIn(ANN);
        for (int round = 0; round < 3; round++) {
            reef.api.clock().advance(ELEVEN_MINUTES);
            CountDownLatch ready = new CountDownLatch(1);
            try (ExecutorService people = Executors.newFixedThreadPool(4)) {
                List<Future<CommandRun>> runs = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    runs.add(
                            people.submit(
                                    () -> {
                                        ready.await();
                                        return CommandRun.of(reef.computer(ANN), "me", "show");
                                    }));
                }
                ready.countDown();
                for (Future<CommandRun> run : runs) {
                    ok(run.get());
                }
            }
        }
        assertThat(ann("session", "list").lines()).hasSize(2);
        assertThat(reef.maker("audit", "list", "-o", "json").out())
                .doesNotContain("refresh-token-reused");
    }

    @Test
    void saysThatTheSessionIsOverWhenATokenWasUsedElsewhere() throws Exception {
        reef.join(ANN, "support");
        reef.logIn(ANN);
        String stolen = reef.profileText(ANN);
        reef.api.clock().advance(ELEVEN_MINUTES);
        ann("me", "show");
        Files.writeString(reef.profile(ANN), stolen);
        CommandRun thief = CommandRun.of(reef.computer(ANN), "me", "show");
        assertThat(thief.exitCode()).isEqualTo(1);
        assertThat(reef.maker("audit", "list", "-o", "json").out())
                .contains("refresh-token-reused");
        assertThat(thief.err())
                .isEqualTo(
                        "breakwater: the session of %s is over; log in again with breakwater login %s\n"
                                .formatted(ANN, ANN));
    }

    @Test
    void actsAsThePersonUntilTheLogOutAndNeverAsTheTokenInBetween() throws Exception {
        reef.join(ANN, "auditor");
        Path maker = reef.computer("maker");
        String before = reef.profileText("maker");
        ok(CommandRun.piped(maker, PASSWORD + "\n", "login", ANN));
        assertThat(reef.maker("me", "show").out()).contains(ANN);
        assertThat(CommandRun.of(maker, "product", "create", "x").err()).contains("products:write");
        reef.logIn(ANN);
        String current = json(ann("session", "list", "-o", "json")).at("/items/1/id").asString();
        ann("session", "end", current);
        CommandRun ended = CommandRun.of(maker, "product", "create", "x");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).contains("is over; log in again");
        CommandRun out = reef.maker("logout");
        assertThat(out.err()).contains("was over already", "Logged out " + ANN);
        assertThat(reef.profileText("maker")).isEqualTo(before);
        reef.maker("product", "create", "x");
        assertThat(CommandRun.of(maker, "logout").exitCode()).isEqualTo(1);
    }

    @Test
    void endsTheSessionOnTheServer() throws Exception {
        reef.join(ANN, "support");
        reef.logIn(ANN);
        String before = reef.profileText(ANN);
        ann("logout");
        assertThat(reef.profileText(ANN)).doesNotContain("bwr_", "[session]");
        assertThat(CommandRun.of(reef.computer(ANN), "me", "show"))
                .returns(3, CommandRun::exitCode)
                .extracting(CommandRun::err)
                .asString()
                .contains("breakwater login");
        Files.writeString(reef.profile(ANN), before);
        assertThat(CommandRun.of(reef.computer(ANN), "me", "show").err()).contains("is over");
    }

    @Test
    void provesTheSecondFactorOnceMoreForWhatIsDangerous() {
        reef.join(ANN, "administrator");
        reef.logIn(ANN);
        AuthenticatorApp app = reef.app(ANN);
        ann("member", "invite", "one@reef.example", "--role", "support");
        reef.api.clock().advance(ELEVEN_MINUTES);
        String[] invite = {"member", "invite", "two@reef.example", "--role", "support"};
        CommandRun refused = CommandRun.of(reef.computer(ANN), invite);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("second factor is needed", "--code").hasLineCount(1);
        ann("member", "invite", "two@reef.example", "--role", "support", "--code", app.next());
        reef.api.clock().advance(ELEVEN_MINUTES);
        List<String> prompts = new ArrayList<>();
        CommandRun asked =
                CommandRun.attended(
                        reef.computer(ANN),
                        (prompt, printed) -> {
                            prompts.add(prompt);
                            return prompts.size() == 1 ? "000000" : app.next();
                        },
                        "member",
                        "role",
                        ANN,
                        "administrator");
        assertThat(ok(asked).err()).contains("Gave " + ANN + " the role administrator");
        assertThat(prompts).hasSize(2);
        reef.api.clock().advance(ELEVEN_MINUTES);
        CommandRun byEnvironment =
                CommandRun.with(
                        reef.computer(ANN), "BREAKWATER_CODE", app.next(), "me", "recovery-codes");
        assertThat(ok(byEnvironment).lines()).hasSize(10);
        reef.api.clock().advance(ELEVEN_MINUTES);
        CommandRun wrong =
                CommandRun.of(reef.computer(ANN), "me", "recovery-codes", "--code", "000000");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err()).contains("the second factor is not right");
        CommandRun nonsense =
                CommandRun.of(reef.computer(ANN), "me", "recovery-codes", "--code", "please");
        assertThat(nonsense.exitCode()).isEqualTo(2);
    }

    @Test
    void changesThePassword() {
        reef.join(ANN, "support");
        reef.logIn(ANN);
        String next = "marble ladder comet ninety brook";
        Path computer = reef.computer(ANN);
        CommandRun twoThatDiffer =
                CommandRun.attended(
                        computer,
                        (prompt, printed) -> prompt.contains("once more") ? "other" : PASSWORD,
                        "me",
                        "password");
        assertThat(twoThatDiffer.exitCode()).isEqualTo(2);
        ok(CommandRun.piped(computer, PASSWORD + "\n" + next + "\n", "me", "password"));
        assertThat(CommandRun.piped(computer, PASSWORD + "\n", "login", ANN).exitCode())
                .isEqualTo(1);
        ok(CommandRun.piped(computer, next + "\n", "login", ANN));
    }

    private CommandRun ann(String... words) {
        return ok(CommandRun.of(reef.computer(ANN), words));
    }
}
