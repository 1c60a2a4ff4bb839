/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A wave as people write it: {@code 10:1h}, {@code 0.5%:24h}, {@code 100%}. */
final class WaveOption {

    private static final Pattern FORM =
            Pattern.compile(
                    "(?:(?<count>[1-9][0-9]{0,8})|(?<percent>[0-9]{1,3}(?:\\.[0-9]{1,2})?)%)"
                            + "(?::(?<soak>[0-9]{1,8})(?<unit>[smhd]))?");
    private static final Pattern PERCENT = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,2})?%?");

    private WaveOption() {}

    /** The wave as the API takes it; without a soak time it has none. */
    static ObjectNode read(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "'%s' is no wave; write how many devices or which part of them, and how long they soak:"
                                    .formatted(text)
                            + " 10:1h, 0.5%:24h, 100%");
        }
        ObjectNode wave = JsonNodeFactory.instance.objectNode();
        String count = form.group("count");
        if (count != null) {
            wave.put("count", Integer.parseInt(count));
        } else {
            wave.put("percent", new BigDecimal(form.group("percent")));
        }
        String soak = form.group("soak");
        return wave.put("soakSeconds", soak == null ? 0 : seconds(soak, form.group("unit")));
    }

    /** A percentage with two decimals at most, with or without its sign. */
    static BigDecimal percent(String option, String text) {
        if (!PERCENT.matcher(text).matches()) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "%s: '%s' is no percentage; write 5%% or 0.25%%".formatted(option, text));
        }
        return new BigDecimal(text.replace("%", ""));
    }

    private static long seconds(String number, String unit) {
        return Long.parseLong(number)
                * switch (unit) {
                    case "s" -> 1;
                    case "m" -> 60;
                    case "h" -> 3600;
                    default -> 86_400;
                };
    }
}
