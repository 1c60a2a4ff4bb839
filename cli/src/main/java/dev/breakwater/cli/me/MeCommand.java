/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.me;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Profile;
import dev.breakwater.cli.client.ServerChoice;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater me}: one's own account. */
@Command(
        name = "me",
        description = "Look at your account, change your password, set up a second factor.")
public final class MeCommand {

    private static final Columns SELF =
            Columns.none()
                    .and("ID", "id")
                    .and("ADDRESS", "email")
                    .and("NAME", "name")
                    .and("ROLE", "role")
                    .and("SINCE", "createdAt");

    private static final Columns FACTORS =
            Columns.none()
                    .and("ID", "id")
                    .and("KIND", "kind")
                    .and("NAME", "name")
                    .and("ADDED", "confirmedAt")
                    .and("LAST USED", "lastUsedAt");

    private static final Columns BEGUN = Columns.none().and("SECRET", "secret").and("URI", "uri");

    private static final Columns NOTHING = Columns.none();

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public MeCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Show who is logged in.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater me show")
    void show() {
        try (ApiClient api = server.connect()) {
            server.print(api.send(ApiRequest.get("me")), SELF);
            server.terminal().next("me", "factors");
        }
    }

    @Command(
            description = {
                "Change your password; all your other sessions end.",
                "The old one and the new one are asked for at the terminal, or read from standard input: one line",
                "for each."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater me password")
    void password() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("password", server.keyboard().secret("Your password"));
        body.put("newPassword", server.keyboard().newSecret("A new password"));
        try (ApiClient api = server.connect()) {
            server.print(api.send(ApiRequest.post(body, "me", "password")), NOTHING);
            server.terminal().say("Changed your password; all your other sessions have ended.");
            server.terminal().next("session", "list");
        }
    }

    @Command(
            name = "forgotten-password",
            description = {
                "Set another password for one that you forgot, with the code that an owner or administrator gave you.",
                "All your sessions end; your second factors stay. The code and the new password are asked for at",
                "the terminal, or read from standard input: one line for each."
            },
            footerHeading = "%nExample:%n",
            footer =
                    "  breakwater me forgotten-password --server https://iot.example:8443 --root sha256:0f1e...")
    void forgottenPassword(@Mixin ServerChoice choice) {
        Profile chosen = choice.chosen(server.file());
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("code", server.keyboard().secret("Code of the reset").strip());
        body.put("password", server.keyboard().newSecret("A new password"));
        try (ApiClient api = ApiClient.withoutToken(chosen.server(), chosen.root())) {
            ApiAnswer member = api.send(ApiRequest.post(body, "password-resets", "acceptance"));
            server.print(member, SELF);
            server.terminal().say("The new password counts; all your sessions have ended.");
            server.terminal()
                    .next(
                            "login",
                            member.json().path("email").asString(""),
                            "--server",
                            chosen.server().toString(),
                            "--root",
                            chosen.root().toString());
        }
    }

    @Command(
            description = "Show your second factors, and how many recovery codes are left.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater me factors")
    void factors() {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(ApiRequest.get("me", "factors"));
            server.printPage(answer, FACTORS, "me", "factors");
            JsonNode left = answer.json().path("recoveryCodesLeft");
            server.terminal().say("Recovery codes left: " + left.asInt() + ".");
            if (answer.json().path("items").isEmpty()) {
                server.terminal().next("me", "totp");
            } else {
                server.terminal().next("me", "recovery-codes");
            }
        }
    }

    @Command(
            description = {
                "Set up an authenticator app.",
                "It shows the secret for the app and asks for the first six digits; from then on log-in needs the",
                "digits, too. Ten recovery codes are shown with the first factor."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater me totp",
                "  breakwater me totp --name \"blue phone\"    type the secret, or: qrencode -t UTF8 URI"
            })
    void totp(
            @Option(
                            names = "--name",
                            defaultValue = "authenticator app",
                            paramLabel = "NAME",
                            description = "What you call it; ${DEFAULT-VALUE} if not given.")
                    String name) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", name).put("password", server.keyboard().secret("Your password"));
        try (ApiClient api = server.connect()) {
            ApiAnswer begun = api.send(ApiRequest.create(body, "me", "totp"));
            server.print(begun, BEGUN);
            server.terminal()
                    .say("Give the secret to your authenticator app; it is shown this once.");
            ApiRequest confirmation =
                    ApiRequest.post(
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put(
                                            "totp",
                                            server.keyboard()
                                                    .line("The six digits it shows")
                                                    .replace(" ", "")),
                            "me",
                            "factors",
                            begun.json().at("/factor/id").asString(),
                            "confirmation");
            printCodes(withoutTokens(api.sendAndGoOn(confirmation, "/tokens")));
            server.terminal().say("Log-in needs the digits of " + name + " from now on.");
            server.terminal().next("me", "factors");
        }
    }

    @Command(
            name = "recovery-codes",
            description = {
                "Get ten new recovery codes, for when your second factors are lost.",
                "The old ones are good no longer."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater me recovery-codes")
    void recoveryCodes() {
        try (ApiClient api = server.connect()) {
            printCodes(api.send(ApiRequest.post("me", "recovery-codes")));
            server.terminal().next("me", "factors");
        }
    }

    @Command(
            name = "remove-factor",
            description = "Remove one of your second factors.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater me remove-factor 0199a6a0-7c00-7000-8000-000000000001")
    void removeFactor(@Parameters(paramLabel = "FACTOR", description = "Its id.") String factor) {
        try (ApiClient api = server.connect()) {
            server.print(api.send(ApiRequest.delete("me", "factors", factor)), NOTHING);
            server.terminal().say("Removed the second factor " + factor + ".");
            server.terminal().next("me", "factors");
        }
    }

    /** They are the profile's and nothing to print. */
    private static ApiAnswer withoutTokens(ApiAnswer answer) {
        ObjectNode rest = (ObjectNode) answer.json().deepCopy();
        rest.remove("tokens");
        return new ApiAnswer(rest, rest.toString(), answer.etag());
    }

    private void printCodes(ApiAnswer answer) {
        server.print(
                answer,
                json -> {
                    for (JsonNode code : json.path("recoveryCodes")) {
                        server.terminal().result(code.asString());
                    }
                });
        if (!answer.json().path("recoveryCodes").isEmpty()) {
            server.terminal()
                    .say(
                            "Keep these recovery codes where your phone is not; each is good once, and they are"
                                    + " shown this once.");
        }
    }
}
