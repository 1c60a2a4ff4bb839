/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code breakwater product advise}, which needs neither a server nor a profile. */
class ProductAdviceTest {

    private static final String[] COMPLETE = {
        "product",
        "advise",
        "--consequence",
        "privacy",
        "--consequence",
        "money",
        "--attackers-reach-device",
        "no",
        "--fleet-size",
        "5000",
        "--battery",
        "yes",
        "--parts-budget-cents",
        "100"
    };

    @TempDir private Path configuration;

    @Test
    void advisesByOptionsAndAsksNothing() {
        CommandRun advised = CommandRun.of(configuration, COMPLETE);
        assertThat(advised.exitCode()).as(advised.err()).isZero();
        assertThat(advised.out())
                .contains(
                        "Proposed: standard",
                        "WHAT IT COSTS",
                        "STANDARD",
                        "0.583",
                        "(estimate)",
                        "(assumption)",
                        "leaves open:",
                        "docs/benchmarks.md");
        assertThat(advised.err())
                .isEqualTo("next: breakwater product create NAME --risk-profile standard\n");
    }

    @Test
    void writesTheDocumentOfTheApi() {
        String[] words = Arrays.copyOf(COMPLETE, COMPLETE.length + 2);
        words[COMPLETE.length] = "-o";
        words[COMPLETE.length + 1] = "json";
        JsonNode advice = json(CommandRun.of(configuration, words));
        assertThat(advice.path("proposed").asString()).isEqualTo("standard");
        assertThat(advice.path("options")).hasSize(4);
        assertThat(advice.at("/rules/0/id").asString()).isEqualTo("privacy");
        assertThat(advice.at("/options/1/cost/serverCpuMillisPerConnect").asDouble())
                .isEqualTo(0.583);
    }

    @Test
    void readsAnswersFromAFileAndLetsOptionsOutweighThem() throws Exception {
        Path answers =
                Files.writeString(
                        configuration.resolve("answers.json"),
                        """
                        {"consequences": [], "attackersReachDevice": true, "fleetSize": 10,
                         "battery": false, "connectsPerDay": 5, "partsBudgetCents": 0}
                        """);
        assertThat(advise("--answers", answers.toString()).out()).contains("Proposed: low");
        assertThat(advise("--answers", answers.toString(), "--consequence", "physical-harm").out())
                .contains("Proposed: critical");
    }

    @Test
    void tellsAScriptWhatItLeftOut() {
        CommandRun refused = advise("--consequence", "none");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains(
                        "--attackers-reach-device",
                        "--fleet-size",
                        "--battery",
                        "--parts-budget-cents")
                .doesNotContain("--connects-per-day")
                .hasLineCount(1);
    }

    @Test
    void refusesAnswersToNothingAndAnswersThatAreNone() throws Exception {
        assertThat(advise("--fleet-size", "many").err())
                .contains("--fleet-size: 'many' is not a whole number");
        assertThat(advise("--fleet-size", "0").err()).contains("0 is outside 1 to 1000000000");
        assertThat(advise("--battery", "maybe").err()).contains("neither yes nor no");
        assertThat(advise("--consequence", "boredom").err())
                .contains("no consequence is named boredom");
        Path odd = configuration.resolve("odd.json");
        Files.writeString(odd, "{\"colour\": 1}");
        assertThat(advise("--answers", odd.toString()).err())
                .contains("nothing is asked for 'colour'");
        Files.writeString(odd, "{\"fleetSize\": 1.5}");
        CommandRun fraction = advise("--answers", odd.toString());
        assertThat(fraction.exitCode()).isEqualTo(2);
        assertThat(fraction.err()).contains("1.5 is no answer to fleetSize");
        assertThat(advise("--answers", "/no/file").exitCode()).isEqualTo(3);
        assertThat(advise("--profile", "x").err()).contains("leave --profile out");
    }

    @Test
    void asksWhoeverIsThereForWhatIsMissingAndAgainIfTheyMistype() {
        List<String> asked = new ArrayList<>();
        CommandRun advised =
                CommandRun.answering(
                        configuration,
                        asked,
                        "other-systems, money\nperhaps\nyes\n12\nno\n24\n0\n",
                        "product",
                        "advise");
        assertThat(advised.exitCode()).as(advised.err()).isZero();
        assertThat(advised.out()).contains("Proposed: critical");
        assertThat(advised.err()).contains("'perhaps' is neither yes nor no");
        assertThat(String.join("\n", asked)).contains("What would a breach", "battery?");

        CommandRun gone =
                CommandRun.answering(
                        configuration, new ArrayList<>(), "none\n", "product", "advise");
        assertThat(gone.exitCode()).isEqualTo(2);
        assertThat(gone.err()).contains("nothing was typed");
        CommandRun stubborn =
                CommandRun.answering(
                        configuration, new ArrayList<>(), "a\nb\nc\nd\n", "product", "advise");
        assertThat(stubborn.exitCode()).isEqualTo(2);
        assertThat(stubborn.err()).contains("without an answer");
    }

    private CommandRun advise(String... options) {
        String[] words = new String[options.length + 2];
        words[0] = "product";
        words[1] = "advise";
        System.arraycopy(options, 0, words, 2, options.length);
        return CommandRun.of(configuration, words);
    }

    private static JsonNode json(CommandRun run) {
        assertThat(run.exitCode()).as(run.err()).isZero();
        return JsonMapper.shared().readTree(run.out());
    }
}
