/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.product;

import dev.breakwater.server.risk.advice.Circumstances;
import dev.breakwater.server.risk.advice.Consequence;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What a team is asked about its product, in this order. */
enum Question {
    CONSEQUENCES(
            "consequences",
            "--consequence",
            "What would a breach of the devices cause? none, or some of physical-harm, privacy,"
                    + " money, other-systems",
            Kind.CONSEQUENCES,
            0,
            0),
    ATTACKERS_REACH_DEVICE(
            "attackersReachDevice",
            "--attackers-reach-device",
            "Can an attacker take the very device in hand that others rely on? yes or no",
            Kind.YES_OR_NO,
            0,
            0),
    FLEET_SIZE(
            "fleetSize",
            "--fleet-size",
            "How many devices are there to be?",
            Kind.NUMBER,
            1,
            Circumstances.FLEET_SIZE_MAX),
    BATTERY("battery", "--battery", "Do they live on a battery? yes or no", Kind.YES_OR_NO, 0, 0),
    CONNECTS_PER_DAY(
            "connectsPerDay",
            "--connects-per-day",
            "How often a day does each connect?",
            Kind.NUMBER,
            1,
            Circumstances.CONNECTS_PER_DAY_MAX),
    PARTS_BUDGET_CENTS(
            "partsBudgetCents",
            "--parts-budget-cents",
            "How many US cents may be spent on parts for security in each device?",
            Kind.NUMBER,
            0,
            Circumstances.PARTS_BUDGET_CENTS_MAX);

    private enum Kind {
        CONSEQUENCES,
        YES_OR_NO,
        NUMBER
    }

    private final String member;
    private final String option;
    private final String text;
    private final Kind kind;
    private final long lowest;
    private final long highest;

    Question(String member, String option, String text, Kind kind, long lowest, long highest) {
        this.member = member;
        this.option = option;
        this.text = text;
        this.kind = kind;
        this.lowest = lowest;
        this.highest = highest;
    }

    /** Its answer's name in JSON, as in the API. */
    String member() {
        return member;
    }

    /** The option that answers it. */
    String option() {
        return option;
    }

    /** It in words. */
    String text() {
        return text;
    }

    /**
     * The answer that somebody typed.
     *
     * @throws IllegalArgumentException if it is none to this question; the text says what would be
     */
    JsonNode read(String typed) {
        String word = typed.strip().toLowerCase(Locale.ROOT);
        return switch (kind) {
            case CONSEQUENCES -> consequences(word);
            case YES_OR_NO ->
                    switch (word) {
                        case "yes", "y", "true" -> JsonNodeFactory.instance.booleanNode(true);
                        case "no", "n", "false" -> JsonNodeFactory.instance.booleanNode(false);
                        default ->
                                throw new IllegalArgumentException(
                                        "'" + typed + "' is neither yes nor no");
                    };
            case NUMBER -> number(typed, word);
        };
    }

    private static JsonNode consequences(String words) {
        Set<String> known = new TreeSet<>();
        for (String word : words.split("[\\s,]+", -1)) {
            if (!word.isEmpty() && !word.equals("none")) {
                known.add(Consequence.of(word).code());
            }
        }
        if (words.isEmpty()) {
            throw new IllegalArgumentException("say none if there is nothing to fear");
        }
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        known.forEach(all::add);
        return all;
    }

    private JsonNode number(String typed, String word) {
        long number;
        try {
            number = Long.parseLong(word);
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException("'" + typed + "' is not a whole number", none);
        }
        if (number < lowest || number > highest) {
            throw new IllegalArgumentException(
                    "%d is outside %d to %d".formatted(number, lowest, highest));
        }
        return JsonNodeFactory.instance.numberNode(number);
    }

    /** Whether JSON of a file answers it. */
    boolean isAnsweredBy(JsonNode answer) {
        return switch (kind) {
            case CONSEQUENCES ->
                    answer.isArray()
                            && answer.valueStream()
                                    .allMatch(
                                            each ->
                                                    Arrays.stream(Consequence.values())
                                                            .map(Consequence::code)
                                                            .anyMatch(each.asString("")::equals));
            case YES_OR_NO -> answer.isBoolean();
            case NUMBER ->
                    answer.isIntegralNumber()
                            && answer.canConvertToLong()
                            && answer.asLong() >= lowest
                            && answer.asLong() <= highest;
        };
    }
}
