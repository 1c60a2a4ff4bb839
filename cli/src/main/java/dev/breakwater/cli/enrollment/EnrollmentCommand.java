/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.enrollment;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.device.Serials;
import dev.breakwater.cli.terminal.Columns;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater enrollment}: how devices get in. */
@Command(name = "enrollment", description = "Make enrollment codes and decide on waiting devices.")
public final class EnrollmentCommand {

    private static final Columns CODES =
            Columns.none()
                    .and("ID", "id")
                    .and("STATE", "state")
                    .and("USED", "used")
                    .and("USES", "uses")
                    .and("SERIALS", "serials")
                    .and("APPROVAL", "approvalNeeded")
                    .and("EXPIRES", "expiresAt")
                    .and("NOTE", "note");
    private static final Columns MADE =
            Columns.none()
                    .and("ID", "enrollmentCode/id")
                    .and("SERIALS", "enrollmentCode/serials")
                    .and("USES", "enrollmentCode/uses")
                    .and("APPROVAL", "enrollmentCode/approvalNeeded")
                    .and("EXPIRES", "enrollmentCode/expiresAt")
                    .and("CODE", "secret");
    private static final Columns ENROLLMENTS =
            Columns.none()
                    .and("ID", "id")
                    .and("STATE", "state")
                    .and("SERIAL", "serial")
                    .and("REQUESTED", "requestedAt")
                    .and("FROM", "requestedFrom")
                    .and("KEY", "publicKeySha256");

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public EnrollmentCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = {
                "Make an enrollment code for one device or for a batch. The code is shown this once; it",
                "belongs into the factory's or the device's hands and nowhere else."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater enrollment create --product \"Smart fish tank\" --serial tank-1",
                "  breakwater enrollment create --product \"Smart fish tank\" --serials-file batch-7.txt \\",
                "      --count 500 --expires 30d --approval --note \"batch 7\""
            })
    void create(
            @Option(
                            names = "--product",
                            required = true,
                            paramLabel = "PRODUCT",
                            description = "What the devices are, by id or name.")
                    String product,
            @Mixin Serials serials,
            @Option(
                            names = "--count",
                            paramLabel = "COUNT",
                            description = "How many of them may enroll; all unless said otherwise.")
                    Optional<Integer> count,
            @Option(
                            names = "--expires",
                            paramLabel = "TIME",
                            description = "How long the code is good for, e.g. 30d.")
                    Optional<Duration> expires,
            @Option(
                            names = "--approval",
                            description = "Let each device wait until an operator approves it.")
                    boolean approval,
            @Option(
                            names = "--assurance",
                            paramLabel = "LEVEL",
                            description = {
                                "Where the devices keep their keys, by your word: software-key, unless said otherwise, or",
                                "hardware-key."
                            })
                    Optional<String> assurance,
            @Option(
                            names = "--note",
                            paramLabel = "TEXT",
                            description = "What to recognize the code by.")
                    Optional<String> note) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        serials.all().forEach(body.putArray("serials")::add);
        count.ifPresent(uses -> body.put("uses", uses));
        expires.ifPresent(time -> body.put("validitySeconds", time.toSeconds()));
        note.ifPresent(text -> body.put("note", text));
        assurance.ifPresent(level -> body.put("assurance", level));
        body.put("approvalNeeded", approval);
        try (ApiClient api = server.connect()) {
            body.put("product", Names.productId(api, product));
            ApiAnswer made = api.send(ApiRequest.create(body, "enrollment-codes"));
            server.print(made, MADE);
            server.terminal()
                    .say("Made an enrollment code. Keep it now: the server has only a hash of it.");
            server.terminal().next("enrollment", approval ? "pending" : "list");
        }
    }

    @Command(
            description = "Show all enrollment codes, without their secrets.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater enrollment list")
    void list(@Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(page.of(ApiRequest.get("enrollment-codes")));
            server.printPage(answer, CODES, "enrollment", "list");
        }
    }

    @Command(
            description = "End a code at once. Devices it has enrolled stay.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater enrollment withdraw 0199a6a0-7c00-7000-8000-000000000001")
    void withdraw(@Parameters(paramLabel = "CODE", description = "Its id.") String code) {
        try (ApiClient api = server.connect()) {
            server.print(api.send(ApiRequest.delete("enrollment-codes", code)), CODES);
            server.terminal().say("Withdrew the enrollment code " + code + ".");
            server.terminal().next("enrollment", "list");
        }
    }

    @Command(
            description = "Show the devices that wait for an operator.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater enrollment pending")
    void pending(@Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(page.of(ApiRequest.get("pending-enrollments")));
            server.printPage(answer, ENROLLMENTS, "enrollment", "pending");
            answer.json()
                    .path("items")
                    .path(0)
                    .path("id")
                    .asStringOpt()
                    .ifPresent(id -> server.terminal().next("enrollment", "approve", id));
        }
    }

    @Command(
            description = "Let a waiting device in. It gets its certificate when it asks again.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater enrollment approve 0199a6a0-7c00-7000-8000-000000000002")
    void approve(
            @Parameters(paramLabel = "ENROLLMENT", description = "Its id, as pending shows it.")
                    String enrollment) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer =
                    api.send(ApiRequest.post("pending-enrollments", enrollment, "approval"));
            server.print(answer, ENROLLMENTS);
            server.terminal().say("Approved the enrollment " + enrollment + ".");
            server.terminal().next("device", "show", answer.json().path("serial").asString(""));
        }
    }

    @Command(
            description = "Refuse a waiting device, for good as far as its code is concerned.",
            footerHeading = "%nExample:%n",
            footer =
                    "  breakwater enrollment deny 0199a6a0-7c00-7000-8000-000000000002 --reason unknown")
    void deny(
            @Parameters(paramLabel = "ENROLLMENT", description = "Its id, as pending shows it.")
                    String enrollment,
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "REASON",
                            description = "Why; kept in the audit log.")
                    String reason) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("reason", reason);
        try (ApiClient api = server.connect()) {
            ApiRequest request = ApiRequest.post(body, "pending-enrollments", enrollment, "denial");
            server.print(api.send(request), ENROLLMENTS);
            server.terminal().say("Denied the enrollment " + enrollment + ".");
            server.terminal().next("enrollment", "pending");
        }
    }
}
