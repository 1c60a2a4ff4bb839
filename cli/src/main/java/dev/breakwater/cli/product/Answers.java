/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.product;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Assignments;
import dev.breakwater.cli.terminal.Keyboard;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.risk.advice.Circumstances;
import dev.breakwater.server.risk.advice.Consequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is said about a product: by options, else by a file, else by whoever sits at the terminal. A
 * script that leaves something out is told what, and asked nothing.
 */
final class Answers {

    /** How often somebody may mistype one answer. */
    private static final int ATTEMPTS = 3;

    @Option(
            names = "--answers",
            paramLabel = "FILE",
            description = "A JSON object with the answers, as the API takes it.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--consequence",
            paramLabel = "WORD",
            description = {
                "What a breach would cause: none, physical-harm, privacy, money or other-systems; may be given",
                "several times."
            })
    private List<String> consequences = List.of();

    @Option(
            names = "--attackers-reach-device",
            paramLabel = "yes|no",
            description =
                    "Whether an attacker can take the very device in hand that others rely on.")
    private Optional<String> attackersReachDevice = Optional.empty();

    @Option(names = "--fleet-size", paramLabel = "COUNT", description = "How many devices.")
    private Optional<String> fleetSize = Optional.empty();

    @Option(
            names = "--battery",
            paramLabel = "yes|no",
            description = "Whether the devices live on a battery.")
    private Optional<String> battery = Optional.empty();

    @Option(
            names = "--connects-per-day",
            paramLabel = "COUNT",
            description = "How often each connects; 24 unless said otherwise.")
    private Optional<String> connectsPerDay = Optional.empty();

    @Option(
            names = "--parts-budget-cents",
            paramLabel = "CENTS",
            description = "What may be spent on parts for security in each device, in US cents.")
    private Optional<String> partsBudgetCents = Optional.empty();

    /** All answers; asks whoever is there for those that are missing. */
    Circumstances complete(Terminal terminal, Keyboard keyboard) {
        Map<Question, JsonNode> answers = new LinkedHashMap<>();
        file.ifPresent(path -> answers.putAll(read(path)));
        options().forEach((question, typed) -> answers.put(question, fromOption(question, typed)));
        boolean asking = missing(answers).findAny().isPresent() && keyboard.isAttended();
        for (Question question : Question.values()) {
            if (asking && !answers.containsKey(question)) {
                answers.put(question, ask(question, terminal, keyboard));
            }
        }
        String missing = missing(answers).map(Question::option).collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "say " + missing + ", or give --answers FILE, or run it in a terminal");
        }
        return circumstances(answers);
    }

    private static Stream<Question> missing(Map<Question, JsonNode> answers) {
        return Arrays.stream(Question.values())
                .filter(question -> question != Question.CONNECTS_PER_DAY)
                .filter(question -> !answers.containsKey(question));
    }

    private Map<Question, String> options() {
        Map<Question, String> given = new LinkedHashMap<>();
        if (!consequences.isEmpty()) {
            given.put(Question.CONSEQUENCES, String.join(",", consequences));
        }
        attackersReachDevice.ifPresent(it -> given.put(Question.ATTACKERS_REACH_DEVICE, it));
        fleetSize.ifPresent(it -> given.put(Question.FLEET_SIZE, it));
        battery.ifPresent(it -> given.put(Question.BATTERY, it));
        connectsPerDay.ifPresent(it -> given.put(Question.CONNECTS_PER_DAY, it));
        partsBudgetCents.ifPresent(it -> given.put(Question.PARTS_BUDGET_CENTS, it));
        return given;
    }

    private static JsonNode fromOption(Question question, String typed) {
        try {
            return question.read(typed);
        } catch (IllegalArgumentException none) {
            throw new CommandFailed(
                    ExitCode.USAGE, question.option() + ": " + none.getMessage(), none);
        }
    }

    private static Map<Question, JsonNode> read(Path path) {
        ObjectNode object;
        try {
            object = Assignments.object(Files.readString(path));
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, "the file " + path + " cannot be read", unreadable);
        }
        Map<Question, JsonNode> answers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            Question question =
                    Arrays.stream(Question.values())
                            .filter(each -> each.member().equals(member.getKey()))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new CommandFailed(
                                                    ExitCode.USAGE,
                                                    path
                                                            + ": nothing is asked for '"
                                                            + member.getKey()
                                                            + "'"));
            if (!question.isAnsweredBy(member.getValue())) {
                throw new CommandFailed(
                        ExitCode.USAGE,
                        "%s: %s is no answer to %s"
                                .formatted(path, member.getValue(), question.member()));
            }
            answers.put(question, member.getValue());
        }
        return answers;
    }

    private static JsonNode ask(Question question, Terminal terminal, Keyboard keyboard) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            String typed = keyboard.line(question.text());
            try {
                return question.read(typed);
            } catch (IllegalArgumentException none) {
                terminal.say(String.valueOf(none.getMessage()));
            }
        }
        throw new CommandFailed(ExitCode.USAGE, "without an answer to this there is no advice");
    }

    private static Circumstances circumstances(Map<Question, JsonNode> answers) {
        return new Circumstances(
                answer(answers, Question.CONSEQUENCES)
                        .valueStream()
                        .map(JsonNode::stringValue)
                        .map(Consequence::of)
                        .collect(Collectors.toSet()),
                answer(answers, Question.ATTACKERS_REACH_DEVICE).asBoolean(),
                answer(answers, Question.FLEET_SIZE).asLong(),
                answer(answers, Question.BATTERY).asBoolean(),
                Optional.ofNullable(answers.get(Question.CONNECTS_PER_DAY))
                        .map(JsonNode::asInt)
                        .orElse(Circumstances.CONNECTS_PER_DAY),
                answer(answers, Question.PARTS_BUDGET_CENTS).asInt());
    }

    private static JsonNode answer(Map<Question, JsonNode> answers, Question question) {
        return Objects.requireNonNull(answers.get(question));
    }
}
