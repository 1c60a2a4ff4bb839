/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.server;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How the log is written. The names are those of the files that {@code logback.xml} chooses from
 * before any code of ours runs.
 */
enum LogFormat {
    /** A line for a person. */
    TEXT,
    /** A line for a program: one JSON object. */
    JSON;

    /** The variable of the environment that names it. */
    static final String VARIABLE = "BREAKWATER_LOG_FORMAT";

    /** A name that nobody knows would leave the server without a log, and nobody would see why. */
    static void requireKnown(Map<String, String> environment) {
        String named = environment.getOrDefault(VARIABLE, TEXT.code());
        if (Arrays.stream(values()).noneMatch(format -> format.code().equals(named))) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "%s is '%s' and must be one of %s"
                            .formatted(
                                    VARIABLE,
                                    named,
                                    Arrays.stream(values())
                                            .map(LogFormat::code)
                                            .collect(Collectors.joining(", "))));
        }
    }

    private String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
