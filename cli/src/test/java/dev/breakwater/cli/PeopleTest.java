/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static dev.breakwater.cli.Reef.PASSWORD;
import static dev.breakwater.cli.Reef.json;
import static dev.breakwater.cli.Reef.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.demo.AuthenticatorApp;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Those who come in by invitation, and those who invite them, against the real API. */
@Tag("system")
@Timeout(120)
class PeopleTest {

    private static final String ANN = "ann@reef.example";
    private static final String BOB = "bob@home.example";

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
    void invitesListsAndWithdraws() {
        CommandRun invited = reef.maker("member", "invite", ANN, "--role", "support");
        assertThat(invited.out()).contains(ANN, "support", "CODE");
        assertThat(invited.err())
                .contains("breakwater invitation accept --server " + reef.api.address())
                .contains(reef.root());
        String code = invited.out().replaceAll("(?s).*CODE +([^ \n]+).*", "$1");
        assertThat(reef.maker("invitation", "list").out()).contains(ANN).doesNotContain(code);
        reef.maker("invitation", "withdraw", "Ann@Reef.example");
        assertThat(reef.maker("invitation", "list").lines()).hasSize(1);
        CommandRun late = accept(code, PASSWORD);
        assertThat(late.exitCode()).isEqualTo(1);
        assertThat(late.err()).contains("The invitation is not valid").hasLineCount(1);
        assertThat(CommandRun.of(reef.computer("maker"), "invitation", "withdraw", ANN).err())
                .contains("no open invitation");
        assertThat(
                        CommandRun.of(
                                        reef.computer("maker"),
                                        "member",
                                        "invite",
                                        ANN,
                                        "--role",
                                        "king")
                                .exitCode())
                .isEqualTo(2);
    }

    @Test
    void acceptsWithAPasswordThatIsHardToGuess() {
        String code =
                json(reef.maker("member", "invite", ANN, "--role", "auditor", "-o", "json"))
                        .path("code")
                        .asString();
        CommandRun weak = accept(code, "passwordpassword");
        assertThat(weak.exitCode()).isEqualTo(1);
        assertThat(weak.err()).contains("/password is refused").doesNotContain("passwordpassword");
        CommandRun joined = ok(accept(code, PASSWORD));
        assertThat(joined.err()).contains("next: breakwater login " + ANN + " --server https://");
        assertThat(accept(code, PASSWORD).exitCode()).isEqualTo(1);
        assertThat(reef.maker("member", "list").out()).contains(ANN, "auditor");
    }

    @Test
    void changesRolesAndKeepsPeopleOut() {
        reef.join(ANN, "auditor");
        reef.logIn(ANN);
        Path ann = reef.computer(ANN);
        assertThat(CommandRun.of(ann, "product", "create", "x").exitCode()).isEqualTo(1);
        CommandRun role = reef.maker("member", "role", ANN, "administrator");
        assertThat(role.out()).contains("administrator");
        assertThat(role.err()).contains("the role administrator instead of auditor");
        ok(CommandRun.of(ann, "product", "create", "x"));
        CommandRun disabled = reef.maker("member", "disable", ANN);
        assertThat(disabled.out()).contains("DISABLED");
        assertThat(CommandRun.of(ann, "product", "list").err()).contains("is over");
        assertThat(CommandRun.piped(ann, PASSWORD + "\n", "login", ANN).exitCode()).isEqualTo(1);
        reef.maker("member", "enable", ANN);
        assertThat(reef.maker("member", "show", ANN).out()).doesNotContain("DISABLED");
        ok(CommandRun.piped(ann, PASSWORD + "\n", "login", ANN));
        assertThat(CommandRun.of(reef.computer("maker"), "member", "show", "nobody@x.y").err())
                .contains("no member with the id or address 'nobody@x.y'");
    }

    @Test
    void demandsASecondFactorOfEverybodyAndResetsALostOne() {
        reef.join(ANN, "operator");
        reef.logIn(ANN);
        CommandRun set = reef.maker("organization", "set", "--require-second-factor");
        assertThat(set.out()).contains("SECOND FACTOR REQUIRED", "true");
        Path ann = reef.computer(ANN);
        CommandRun heldBack = CommandRun.of(ann, "device", "list");
        assertThat(heldBack.exitCode()).isEqualTo(1);
        assertThat(heldBack.err()).contains("breakwater me totp").hasLineCount(1);
        AuthenticatorApp app = reef.app(ANN);
        ok(CommandRun.of(ann, "device", "list"));
        ok(CommandRun.piped(ann, PASSWORD + "\n" + app.next() + "\n", "login", ANN));
        reef.maker("member", "reset-factors", ANN);
        assertThat(CommandRun.of(ann, "me", "factors").err()).contains("next: breakwater me totp");
        ok(CommandRun.piped(ann, PASSWORD + "\n", "login", ANN));
        CommandRun named =
                reef.maker(
                        "organization", "set", "--name", "Reef", "--require-second-factor=false");
        assertThat(named.out()).contains("Reef", "false");
        assertThat(reef.maker("organization", "show").out()).contains("Reef", "false");
        ok(CommandRun.of(ann, "device", "list"));
        assertThat(CommandRun.of(reef.computer("maker"), "organization", "set").exitCode())
                .isEqualTo(2);
    }

    @Test
    void letsWhoeverForgotTheirPasswordSetAnother() {
        reef.join(ANN, "operator");
        reef.logIn(ANN);
        Path ann = reef.computer(ANN);
        CommandRun issued = reef.maker("member", "reset-password", ANN);
        assertThat(issued.err())
                .contains("breakwater me forgotten-password --server " + reef.api.address())
                .contains(reef.root());
        String code = issued.out().replaceAll("(?s).*CODE +([^ \n]+).*", "$1");
        String next = "a heron above the weir, 5";
        CommandRun weak = forgotten(ann, code, "passwordpassword");
        assertThat(weak.exitCode()).isEqualTo(1);
        assertThat(weak.err()).contains("/password is refused").doesNotContain("passwordpassword");
        CommandRun set = ok(forgotten(ann, code, next));
        assertThat(set.err()).contains("next: breakwater login " + ANN + " --server https://");
        CommandRun twice = forgotten(ann, code, next);
        assertThat(twice.exitCode()).isEqualTo(1);
        assertThat(twice.err()).contains("The code is not valid").hasLineCount(1);
        assertThat(CommandRun.of(ann, "me", "show").err()).contains("is over");
        assertThat(CommandRun.piped(ann, PASSWORD + "\n", "login", ANN).exitCode()).isEqualTo(1);
        ok(CommandRun.piped(ann, next + "\n", "login", ANN));
    }

    private static CommandRun forgotten(Path computer, String code, String password) {
        return CommandRun.piped(
                computer, code + "\n" + password + "\n", "me", "forgotten-password");
    }

    @Test
    void removesASecondFactor() {
        reef.join(ANN, "operator");
        reef.logIn(ANN);
        var _ = reef.app(ANN);
        Path ann = reef.computer(ANN);
        CommandRun factors = ok(CommandRun.of(ann, "me", "factors", "-o", "json"));
        String factor = json(factors).at("/items/0/id").asString();
        ok(CommandRun.of(ann, "me", "remove-factor", factor));
        assertThat(CommandRun.of(ann, "me", "factors").lines()).hasSize(1);
    }

    @Test
    void showsAnOwnerTheirDeviceAndNoOther() {
        String own = reef.device("tank-1").toString();
        String other = reef.device("tank-2").toString();
        reef.join(BOB, "device-owner");
        reef.logIn(BOB);
        Path bob = reef.computer(BOB);
        assertThat(ok(CommandRun.of(bob, "device", "list")).lines()).hasSize(1);
        CommandRun added = reef.maker("device", "owner", "add", "tank-1", BOB);
        assertThat(added.err()).contains("next: breakwater device owner list tank-1");
        assertThat(reef.maker("device", "owner", "list", "tank-1").lines()).hasSize(2);
        assertThat(ok(CommandRun.of(bob, "device", "list")).out())
                .contains(own)
                .doesNotContain(other);
        ok(CommandRun.of(bob, "device", "show", "tank-1"));
        for (String name : new String[] {"tank-2", other}) {
            CommandRun hidden = CommandRun.of(bob, "device", "show", name);
            assertThat(hidden.exitCode()).isEqualTo(1);
            assertThat(hidden.err()).contains("there is no device");
        }
        assertThat(CommandRun.of(bob, "device", "owner", "list", "tank-1").exitCode()).isEqualTo(1);
        reef.maker("device", "owner", "remove", "tank-1", BOB, "-o", "json");
        assertThat(ok(CommandRun.of(bob, "device", "list")).lines()).hasSize(1);
        assertThat(reef.maker("device", "owner", "list", "tank-1").lines()).hasSize(1);
    }

    private CommandRun accept(String code, String password) {
        return CommandRun.piped(
                reef.computer(ANN),
                code + "\n" + password + "\n",
                "invitation",
                "accept",
                "--server",
                reef.api.address(),
                "--root",
                reef.root(),
                "--name",
                "Ann");
    }
}
