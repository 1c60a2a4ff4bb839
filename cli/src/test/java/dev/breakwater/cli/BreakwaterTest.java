/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BreakwaterTest {

    @TempDir private Path configuration;

    @Test
    void namesItsCommandsWhenNoneIsGiven() {
        CommandRun run = run();
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("audit", "completion").hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void namesTheVerbsOfAGroupWhenNoneIsGiven() {
        CommandRun run = run("audit");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo(
                        "breakwater: say what to do: list, verify; see breakwater audit --help\n");
    }

    @Test
    void suggestsTheCommandThatWasProbablyMeant() {
        CommandRun run = run("audti");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo(
                        "breakwater: there is no command 'audti'; did you mean audit?; see breakwater --help\n");
    }

    @Test
    void suggestsTheOptionThatWasProbablyMeant() {
        CommandRun run = run("audit", "verify", "--data", ".", "--haed", "x");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("breakwater: there is no option '--haed'; did you mean --head?")
                .hasLineCount(1);
    }

    @Test
    void showsItsVersionWithoutALeftOverPlaceholder() {
        CommandRun run = run("--version");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("breakwater 0.").doesNotContain("$");
    }

    @Test
    void showsHelpOnStandardOutput() {
        CommandRun run = run("audit", "verify", "--help");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Examples:", "breakwater audit verify --data");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void printsACompletionScriptThatKnowsEveryCommand(String shell) {
        CommandRun run = run("completion", shell);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("#!/usr/bin/env bash")
                .contains("audit", "verify", "--head");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "login",
                "logout",
                "me totp",
                "me password",
                "session end",
                "member invite",
                "member role",
                "invitation accept",
                "organization set",
                "device owner add",
                "device standing",
                "device envelope-keys",
                "attestation authority add",
                "attestation authority remove",
                "attestation key add",
                "attestation key list",
                "label import",
                "label draw",
                "envelope new-key",
                "envelope open",
                "product sealing"
            })
    void showsAnExampleOfWhatPeopleNeed(String command) {
        String[] words = (command + " --help").split(" ", -1);
        CommandRun run = run(words);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Example", "  breakwater " + command, "--profile");
        assertThat(run.out()).doesNotContain("--password");
        assertThat(run("completion", "bash").out())
                .contains(command.replace(' ', '_').replace("-", ""));
    }

    @Test
    void namesTheRolesInTheWordsOfTheApi() {
        CommandRun run = run("member", "invite", "ann@reef.example", "--role", "device_king");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("device-owner").hasLineCount(1);
        assertThat(run("member", "invite", "--help").out().replaceAll("\\s+", " "))
                .contains("One of owner, administrator, operator, support, auditor, device-owner.");
    }

    @Test
    void treatsAnAtSignAsAnOrdinaryCharacter() {
        CommandRun run = run("audit", "verify", "--data", "@/etc/passwd");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("there is no database @/etc/passwd");
    }

    @Test
    void showsTheCauseOfAFailureOnlyWhenAsked() {
        String data = configuration.toString();
        assertThat(run("audit", "verify", "--data", data).err())
                .hasLineCount(1)
                .doesNotContain("\tat ");
        assertThat(run("audit", "verify", "--data", data, "--verbose").err()).contains("\tat ");
        assertThat(run("--verbose", "audit", "verify", "--data", data).err()).contains("\tat ");
    }

    private CommandRun run(String... words) {
        return CommandRun.of(configuration, words);
    }
}
