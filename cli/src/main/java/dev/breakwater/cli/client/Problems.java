/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.SafeText;
import java.net.URI;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Turns a problem document (RFC 9457) into one sentence. */
final class Problems {

    private Problems() {}

    /** What the server refused and why, in its own words where it has some. */
    static CommandFailed refused(URI server, int status, JsonNode problem) {
        String title = problem.path("title").asString("");
        String detail = problem.path("detail").asString("");
        String words = SafeText.line(detail.isEmpty() ? title : detail);
        if (words.isEmpty()) {
            words = server + " refused with status " + status + " and gave no reason";
        }
        String members = members(problem, words);
        if (!members.isEmpty() && words.endsWith(".")) {
            words = words.substring(0, words.length() - 1);
        }
        return new CommandFailed(ExitCode.REFUSED, words + members + hint(status));
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

    private static String hint(int status) {
        return switch (status) {
            case 401 ->
                    " (the token of the profile is not accepted: it may have expired or been"
                            + " revoked)";
            case 412 -> " (it changed meanwhile: look again, then repeat)";
            default -> "";
        };
    }
}
