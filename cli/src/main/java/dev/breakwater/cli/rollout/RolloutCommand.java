/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater rollout}: releases on their way to fleets. */
@Command(
        name = "rollout",
        description = {
            "Bring a release to devices, a wave at a time, see why each has it or has it not, and stop it.",
            "stop-all stops every rollout of the organization at once."
        },
        footerHeading = "%nTo begin:%n",
        footer = {
            "  breakwater rollout preview --help    whom it would reach, and whom not; changes nothing",
            "  breakwater rollout propose --help    begin one",
            "  breakwater rollout watch --help      see how it goes on"
        })
public final class RolloutCommand {

    static final String ROLLOUT = "Its id.";

    static final Columns LISTED =
            Columns.none()
                    .and("ID", "id")
                    .and("VERSION", "version")
                    .and("STATE", "state")
                    .and("WAVE", "wave")
                    .and("PROPOSED", "proposedAt")
                    .and("BY", "proposedBy")
                    .and("PAUSED FOR", "pausedFor");
    private static final Columns SHOWN =
            LISTED.and("PRODUCT", "product")
                    .and("RELEASE", "releaseId")
                    .and("SHA-256", "sha256")
                    .and("SECURITY", "securityRelevant")
                    .and("PLAN", "plan")
                    .and("SOAKS UNTIL", "soaksUntil")
                    .and("APPROVALS NEEDED", "approvalsNeeded")
                    .and("APPROVED BY", "approvedBy");
    private static final Columns DEVICES =
            Columns.none()
                    .and("SERIAL", "serial")
                    .and("WAVE", "wave")
                    .and("STATE", "state")
                    .and("%", "percent")
                    .and("ATTEMPTS", "attempts")
                    .and("WHY", "why");
    private static final Columns STOP =
            Columns.none().and("STOPPED", "at").and("BY", "by").and("REASON", "reason");

    @Mixin private final ServerOptions server;

    private RolloutCommand(ServerOptions server) {
        this.server = server;
    }

    /** The command with all its verbs, which share these options. */
    public static CommandLine of(ServerOptions server) {
        return new CommandLine(new RolloutCommand(server))
                .addSubcommand(new PreviewCommand(server))
                .addSubcommand(new ProposeCommand(server))
                .addSubcommand(new WatchCommand(server));
    }

    /** Where a device can stand. */
    enum State {
        WAITING,
        OFFERED,
        ASKING,
        POSTPONED,
        REFUSED,
        INSTALLING,
        TRYING,
        CONFIRMED,
        FAILED,
        INELIGIBLE,
        WITHDRAWN;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Command(
            description = "Show rollouts, newest first.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater rollout list",
                "  breakwater rollout list --product \"Smart fish tank\" -o json"
            })
    void list(
            @Option(
                            names = "--product",
                            paramLabel = "PRODUCT",
                            description = "Only of this one, by its id or its name.")
                    Optional<String> product,
            @Mixin PageOptions page) {
        List<String> again = new ArrayList<>(List.of("rollout", "list"));
        product.ifPresent(name -> again.addAll(List.of("--product", name)));
        try (ApiClient api = server.connect()) {
            ApiRequest request =
                    page.of(ApiRequest.get("rollouts"))
                            .with("product", product.map(name -> Names.productId(api, name)));
            server.printPage(api.send(request), LISTED, again.toArray(String[]::new));
        }
    }

    @Command(
            description = "Show one rollout: what it installs, where it stands, and its waves.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater rollout show 0199a6a0-7c00-7000-8000-000000000003")
    void show(@Parameters(paramLabel = "ROLLOUT", description = ROLLOUT) String rollout) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(ApiRequest.get("rollouts", rollout));
            server.print(
                    answer,
                    json -> {
                        SHOWN.printSheet(json, server.terminal());
                        server.terminal().result("");
                        new RolloutView(json).lines().forEach(server.terminal()::result);
                    });
            server.terminal().next("rollout", "devices", rollout);
        }
    }

    @Command(
            description =
                    "Show the devices of a rollout, and of each why it has the release, has it not, or will not"
                            + " get it.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater rollout devices 0199a6a0-7c00-7000-8000-000000000003",
                "  breakwater rollout devices 0199a6a0-7c00-7000-8000-000000000003 --state failed"
            })
    void devices(
            @Parameters(paramLabel = "ROLLOUT", description = ROLLOUT) String rollout,
            @Option(
                            names = "--state",
                            description = "Only those that are one of ${COMPLETION-CANDIDATES}.")
                    Optional<State> state,
            @Mixin PageOptions page) {
        List<String> again = new ArrayList<>(List.of("rollout", "devices", rollout));
        state.ifPresent(wanted -> again.addAll(List.of("--state", wanted.code())));
        try (ApiClient api = server.connect()) {
            ApiRequest request =
                    page.of(ApiRequest.get("rollouts", rollout, "devices"))
                            .with("state", state.map(State::code));
            server.printPage(api.send(request), DEVICES, again.toArray(String[]::new));
        }
    }

    @Command(
            description = {
                "Stand for a rollout that somebody else has proposed, where the product asks for two persons.",
                "Look at it before: it begins as soon as enough stand for it."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater rollout approve 0199a6a0-7c00-7000-8000-000000000003")
    void approve(@Parameters(paramLabel = "ROLLOUT", description = ROLLOUT) String rollout) {
        step(ApiRequest.post("rollouts", rollout, "approval"), "Approved.", rollout);
    }

    @Command(
            description = {
                "Offer the release to nobody until the rollout is resumed. Who has begun ends what it does, which is",
                "always safe."
            },
            footerHeading = "%nExample:%n",
            footer =
                    "  breakwater rollout pause 0199a6a0-7c00-7000-8000-000000000003 --reason \"tank-7 leaks\"")
    void pause(
            @Parameters(paramLabel = "ROLLOUT", description = ROLLOUT) String rollout,
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "REASON",
                            description = "Why; kept in the audit log and shown with the rollout.")
                    String reason) {
        step(ApiRequest.post(body(reason), "rollouts", rollout, "pause"), "Paused.", rollout);
    }

    @Command(
            description = "Go on with a paused rollout where it was; its wave soaks anew.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater rollout resume 0199a6a0-7c00-7000-8000-000000000003")
    void resume(@Parameters(paramLabel = "ROLLOUT", description = ROLLOUT) String rollout) {
        step(ApiRequest.post("rollouts", rollout, "resumption"), "Resumed.", rollout);
    }

    @Command(
            description = {
                "End a rollout for good. Who has not begun will not get the release by it; who has begun ends what",
                "it does."
            },
            footerHeading = "%nExample:%n",
            footer =
                    "  breakwater rollout abort 0199a6a0-7c00-7000-8000-000000000003 --reason \"1.2 mends it\"")
    void abort(
            @Parameters(paramLabel = "ROLLOUT", description = ROLLOUT) String rollout,
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "REASON",
                            description = "Why; kept in the audit log.")
                    String reason) {
        step(ApiRequest.post(body(reason), "rollouts", rollout, "abortion"), "Aborted.", rollout);
    }

    @Command(
            name = "stop-all",
            description = {
                "Stop everything at once: no device of the organization is offered any release, whatever goes on,",
                "until somebody lifts it."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater rollout stop-all --reason \"tanks do not come back\"")
    void stopAll(
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "REASON",
                            description = "Why; kept in the audit log and shown to whoever asks.")
                    String reason) {
        try (ApiClient api = server.connect()) {
            server.print(api.send(ApiRequest.put(body(reason), "update-stop")), STOP);
            server.terminal().say("Stopped. No device is offered anything.");
            server.terminal().next("rollout", "lift-stop");
        }
    }

    @Command(
            name = "lift-stop",
            description = {
                "Let rollouts go on after stop-all. It takes a second factor proven a short while ago, where you",
                "have one."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater rollout lift-stop")
    void liftStop() {
        try (ApiClient api = server.connect()) {
            api.send(ApiRequest.delete("update-stop"));
            server.terminal().say("Lifted. Rollouts that are not paused go on.");
            server.terminal().next("rollout", "list");
        }
    }

    private static ObjectNode body(String reason) {
        return JsonNodeFactory.instance.objectNode().put("reason", reason);
    }

    private void step(ApiRequest request, String done, String rollout) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(request);
            server.print(answer, LISTED);
            server.terminal().say(done);
            server.terminal().next("rollout", "watch", rollout);
        }
    }
}
