/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How somebody begins a session: with a password, and with the second factor they may have. */
public final class LogIn {

    private final ApiClient anonymous;
    private final SecondFactor secondFactor;
    private final Optional<String> knownSource;

    /**
     * At the server of this client.
     *
     * @param knownSource what this computer is known by there
     */
    public LogIn(ApiClient anonymous, SecondFactor secondFactor, Optional<String> knownSource) {
        this.anonymous = anonymous;
        this.secondFactor = secondFactor;
        this.knownSource = knownSource;
    }

    /**
     * A session that has begun.
     *
     * @param member who it is, as the server says, without the tokens
     * @param knownSource what this computer is known by from here on; empty if nothing new
     */
    public record Begun(Session session, ApiAnswer member, Optional<String> knownSource) {
        private static Begun of(ApiAnswer answer) {
            JsonNode member = answer.json().path("member");
            return new Begun(
                    Session.of(answer.json()),
                    new ApiAnswer(member, member.toString(), "*"),
                    answer.json().path("knownSource").asStringOpt());
        }
    }

    /**
     * Logs in.
     *
     * @param organization which one, for somebody who belongs to several
     */
    public Begun attempt(String email, String password, Optional<String> organization) {
        ObjectNode credentials = JsonNodeFactory.instance.objectNode();
        credentials.put("email", email).put("password", password);
        organization.ifPresent(id -> credentials.put("organizationId", id));
        knownSource.ifPresent(secret -> credentials.put("knownSource", secret));
        ApiAnswer answer = anonymous.send(ApiRequest.post(credentials, "sessions"));
        JsonNode question = answer.json().path("question");
        return question.isMissingNode()
                ? Begun.of(answer)
                : Begun.of(
                        secondFactor
                                .prove(proof -> show(question, proof), true)
                                .orElseThrow(LogIn::nobodyAsked));
    }

    private Optional<ApiAnswer> show(JsonNode question, ObjectNode proof) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("challenge", question.path("challenge").asString());
        answer.set("proof", proof);
        knownSource.ifPresent(secret -> answer.put("knownSource", secret));
        return anonymous.sendUnless(
                ApiRequest.post(answer, "sessions", "second-factor"), "second-factor-refused");
    }

    private static CommandFailed nobodyAsked() {
        return new CommandFailed(ExitCode.USAGE, "a second factor is needed; give it with --code");
    }
}
