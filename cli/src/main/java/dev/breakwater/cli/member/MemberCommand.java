/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.member;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.Profile;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater member}: the people of the organization. */
@Command(
        name = "member",
        description = "Invite people, give them roles, keep them out and let them in again.")
public final class MemberCommand {

    private static final String MEMBER = "Their id or address.";

    private static final Columns COLUMNS =
            Columns.none()
                    .and("ID", "id")
                    .and("ADDRESS", "email")
                    .and("NAME", "name")
                    .and("ROLE", "role")
                    .and("SINCE", "createdAt")
                    .and("DISABLED", "disabledAt");

    private static final Columns INVITED =
            Columns.none()
                    .and("ADDRESS", "invitation/email")
                    .and("ROLE", "invitation/role")
                    .and("EXPIRES", "invitation/expiresAt")
                    .and("CODE", "code");

    private static final Columns RESET =
            Columns.none()
                    .and("ADDRESS", "member/email")
                    .and("EXPIRES", "expiresAt")
                    .and("CODE", "code");

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public MemberCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Show all members.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater member list")
    void list(@Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(page.of(ApiRequest.get("members")));
            server.printPage(answer, COLUMNS, "member", "list");
        }
    }

    @Command(
            description = "Show one member.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater member show ann@reef.example")
    void show(@Parameters(paramLabel = "MEMBER", description = MEMBER) String member) {
        try (ApiClient api = server.connect()) {
            server.print(api.send(ApiRequest.get("members", Names.memberId(api, member))), COLUMNS);
            server.terminal().next("member", "role", member, "ROLE");
        }
    }

    @Command(
            description = {
                "Invite somebody.",
                "The code is shown this once and works once, for seven days. Nobody can give more than they have."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater member invite ann@reef.example --role support",
                "  breakwater member invite bob@home.example --role device-owner -o json | jq -r .code"
            })
    void invite(
            @Parameters(paramLabel = "EMAIL", description = "Their address.") String email,
            @Option(
                            names = "--role",
                            required = true,
                            description = "One of ${COMPLETION-CANDIDATES}.")
                    MemberRole role) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("email", email).put("role", role.toString());
        try (ApiClient api = server.connect()) {
            server.print(api.send(ApiRequest.create(body, "invitations")), INVITED);
            Profile here = server.file().read();
            server.terminal()
                    .say(
                            "Invited "
                                    + email
                                    + ". Give them the code by a way nobody else reads, and this command:"
                                    + " breakwater invitation accept --server "
                                    + here.server()
                                    + " --root "
                                    + here.root()
                                    + " --name NAME");
            server.terminal().next("invitation", "list");
        }
    }

    @Command(
            description =
                    "Give a member another role. It counts from their next request on, in sessions that go on too.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater member role ann@reef.example operator")
    void role(
            @Parameters(index = "0", paramLabel = "MEMBER", description = MEMBER) String member,
            @Parameters(
                            index = "1",
                            paramLabel = "ROLE",
                            description = "One of ${COMPLETION-CANDIDATES}.")
                    MemberRole role) {
        try (ApiClient api = server.connect()) {
            String id = Names.memberId(api, member);
            ApiAnswer before = api.send(ApiRequest.get("members", id));
            ApiRequest change =
                    ApiRequest.put(
                                    JsonNodeFactory.instance
                                            .objectNode()
                                            .put("role", role.toString()),
                                    "members",
                                    id,
                                    "role")
                            .onlyIf(before.etag());
            server.print(api.send(change), COLUMNS);
            server.terminal()
                    .say(
                            "Gave "
                                    + member
                                    + " the role "
                                    + role
                                    + " instead of "
                                    + before.json().path("role").asString("")
                                    + ".");
            server.terminal().next("member", "show", member);
        }
    }

    @Command(
            description = "Keep a member out. All their sessions end at once.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater member disable ann@reef.example")
    void disable(@Parameters(paramLabel = "MEMBER", description = MEMBER) String member) {
        change(member, "disablement");
        server.terminal().say("Disabled " + member + "; all their sessions have ended.");
        server.terminal().next("member", "enable", member);
    }

    @Command(
            description = "Let a disabled member in again.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater member enable ann@reef.example")
    void enable(@Parameters(paramLabel = "MEMBER", description = MEMBER) String member) {
        change(member, "enablement");
        server.terminal().say("Enabled " + member + "; they may log in.");
        server.terminal().next("member", "show", member);
    }

    @Command(
            name = "reset-factors",
            description = {
                "Take all second factors from a member who has lost them.",
                "Make sure that it is them who asks: from here on the password alone lets them in, until they set",
                "up another."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater member reset-factors ann@reef.example")
    void resetFactors(@Parameters(paramLabel = "MEMBER", description = MEMBER) String member) {
        try (ApiClient api = server.connect()) {
            String id = Names.memberId(api, member);
            server.print(api.send(ApiRequest.delete("members", id, "factors")), COLUMNS);
            server.terminal().say("Took all second factors from " + member + ".");
            server.terminal().next("member", "show", member);
        }
    }

    @Command(
            name = "reset-password",
            description = {
                "Let a member who forgot their password set another one.",
                "Make sure that it is them who asks. The code is shown this once and works once, for a day; second",
                "factors stay. Nobody can reset whoever has more than they have."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater member reset-password ann@reef.example",
                "  breakwater member reset-password ann@reef.example -o json | jq -r .code"
            })
    void resetPassword(@Parameters(paramLabel = "MEMBER", description = MEMBER) String member) {
        try (ApiClient api = server.connect()) {
            String id = Names.memberId(api, member);
            server.print(api.send(ApiRequest.post("members", id, "password-resets")), RESET);
            Profile here = server.file().read();
            server.terminal()
                    .say(
                            "Give the code to "
                                    + member
                                    + " by a way nobody else reads, and this command: breakwater me"
                                    + " forgotten-password --server "
                                    + here.server()
                                    + " --root "
                                    + here.root());
            server.terminal().next("member", "show", member);
        }
    }

    private void change(String member, String change) {
        try (ApiClient api = server.connect()) {
            String id = Names.memberId(api, member);
            server.print(api.send(ApiRequest.post("members", id, change)), COLUMNS);
        }
    }
}
