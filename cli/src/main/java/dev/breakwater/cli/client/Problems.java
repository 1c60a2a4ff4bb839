/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.SafeText;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Turns a problem document (RFC 9457) into one sentence. */
final class Problems {

    private Problems() {}

    /** Whether the server refused for this reason, named by the end of the problem's type. */
    static boolean is(JsonNode problem, String type) {
        return type(problem).equals(type);
    }

    private static String type(JsonNode problem) {
        String uri = problem.path("type").asString("");
        return uri.substring(uri.lastIndexOf('/') + 1);
    }

    /**
     * What the server refused and why, in its own words where it has some.
     *
     * @param retryAfter the seconds it asks to wait
     */
    static CommandFailed refused(
            URI server, int status, JsonNode problem, Optional<String> retryAfter) {
        String words = SafeText.line(words(problem));
        if (words.isEmpty()) {
            words = server + " refused with status " + status + " and gave no reason";
        }
        String members = members(problem, words);
        if (!members.isEmpty() && words.endsWith(".")) {
            words = words.substring(0, words.length() - 1);
        }
        String hint = hint(status, problem) + retryAfter.map(Problems::wait).orElse("");
        return new CommandFailed(ExitCode.REFUSED, words + members + hint);
    }

    /** Some details go on where the title ends, and some speak of requests instead of commands. */
    private static String words(JsonNode problem) {
        String title = problem.path("title").asString("");
        String detail = problem.path("detail").asString("");
        return switch (type(problem)) {
            case "log-in-refused",
                    "attempt-too-soon",
                    "second-factor-refused",
                    "invitation-refused",
                    "password-reset-refused" ->
                    title + " " + detail;
            case "step-up-needed" ->
                    title
                            + " Give the six digits of your authenticator app with --code;"
                            + " breakwater me totp sets one up.";
            case "password-needed" ->
                    title + " Run the command at a terminal, which asks for it, or log in anew.";
            case "second-factor-needed" ->
                    title + " The organization demands one; breakwater me totp sets one up.";
            default -> detail.isEmpty() ? title : detail;
        };
    }

    private static String wait(String seconds) {
        return seconds.matches("[0-9]{1,9}") ? " (try again in " + seconds + " s)" : "";
    }

    /** The members at fault, each with what is wrong with it, but for what was said already. */
    private static String members(JsonNode problem, String said) {
        StringBuilder members = new StringBuilder();
        for (JsonNode member : problem.path("errors")) {
            String where =
                    Stream.of("pointer", "parameter", "header")
                            .map(kind -> member.path(kind).asString(""))
                            .filter(name -> !name.isEmpty())
                            .findFirst()
                            .orElse("the request");
            String fault = SafeText.line(where + " " + member.path("detail").asString(""));
            if (!said.startsWith(fault)) {
                members.append("; ").append(fault);
            }
        }
        return members.toString();
    }

    private static String hint(int status, JsonNode problem) {
        if (status == 412) {
            return " (it changed meanwhile: look again, then repeat)";
        }
        return is(problem, "authentication-needed")
                ? " (the token of the profile is not accepted: it may have expired or been revoked)"
                : "";
    }
}
