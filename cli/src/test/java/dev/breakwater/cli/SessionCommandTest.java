/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static dev.breakwater.cli.Reef.PASSWORD;
import static dev.breakwater.cli.Reef.json;
import static dev.breakwater.cli.Reef.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where somebody is logged in, what it takes to end it, and how a computer is known again. */
@Tag("system")
@Timeout(120)
class SessionCommandTest {

    private static final String ANN = "ann@reef.example";

    @TempDir private Path data;
    @TempDir private Path computers;
    private Reef reef;

    @BeforeEach
    void start() throws Exception {
        reef = new Reef(data, computers);
        reef.join(ANN, "support");
        reef.logIn(ANN);
    }

    @AfterEach
    void stop() {
        reef.close();
    }

    @Test
    void endsAnotherSessionOnceThePasswordWasShown() {
        Path maker = reef.computer("maker");
        ok(CommandRun.piped(maker, PASSWORD + "\n", "login", ANN));
        String other =
                json(ok(CommandRun.of(maker, "session", "list", "-o", "json")))
                        .at("/items/0/id")
                        .asString();
        // A proof counts for ten minutes, and so does the log-in.
        reef.api.clock().advance(Duration.ofMinutes(11));
        Path ann = reef.computer(ANN);
        CommandRun script = CommandRun.piped(ann, PASSWORD + "\n", "session", "end", other);
        assertThat(script.exitCode()).isEqualTo(1);
        assertThat(script.err())
                .contains("The password is needed once more", "at a terminal")
                .hasLineCount(1);
        List<String> asked = new ArrayList<>();
        ok(CommandRun.answering(ann, asked, "wrong\n" + PASSWORD + "\n", "session", "end", other));
        assertThat(asked).hasSize(2).allMatch(prompt -> prompt.contains("password"));
        assertThat(CommandRun.of(maker, "me", "show").err()).contains("is over");
        ok(CommandRun.of(ann, "me", "show"));
    }

    @Test
    void endsAllOtherSessions() {
        Path maker = reef.computer("maker");
        ok(CommandRun.piped(maker, PASSWORD + "\n", "login", ANN));
        Path ann = reef.computer(ANN);
        ok(CommandRun.of(ann, "session", "end-others"));
        assertThat(CommandRun.of(maker, "me", "show").err()).contains("is over");
        assertThat(ok(CommandRun.of(ann, "session", "list")).lines()).hasSize(2);
    }

    @Test
    void isKnownAgainWhenStrangersFailAtTheAddress() throws Exception {
        Path known = reef.profile(ANN).resolveSibling("profile.toml.known");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(known)))
                .isEqualTo("rw-------");
        String before = Files.readString(known);
        assertThat(before).contains("bwk_", ANN).hasLineCount(1);
        assertThat(reef.profileText(ANN)).doesNotContain("bwk_");

        Path stranger = reef.computer("maker");
        for (int i = 0; i < 4; i++) {
            CommandRun guess = CommandRun.piped(stranger, "guess " + i + "\n", "login", ANN);
            assertThat(guess.exitCode()).isEqualTo(1);
        }
        CommandRun late = CommandRun.piped(stranger, PASSWORD + "\n", "login", ANN);
        assertThat(late.exitCode()).isEqualTo(1);
        assertThat(late.err()).contains("try again in");
        ok(CommandRun.piped(reef.computer(ANN), PASSWORD + "\n", "login", ANN));
        assertThat(Files.readString(known)).isEqualTo(before);

        // Whoever has lost it logs in as from anywhere.
        Files.writeString(known, "nonsense\n");
        reef.api.clock().advance(Duration.ofMinutes(2));
        ok(CommandRun.piped(reef.computer(ANN), PASSWORD + "\n", "login", ANN));
        assertThat(Files.readString(known)).contains("bwk_", "nonsense");
    }
}
