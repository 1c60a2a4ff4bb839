/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.firewall;

import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Names;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.terminal.Columns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater finding}: what was odd, and what is done about it. */
@Command(name = "finding", description = "Look at what was odd, and dismiss it or act on it.")
public final class FindingCommand {

    private static final String FINDING = "Its id.";

    private static final Columns COLUMNS =
            Columns.none()
                    .and("KIND", "kind")
                    .and("STATE", "state")
                    .and("SUBJECT", "subject")
                    .and("TIMES", "count")
                    .and("LAST SEEN", "lastSeenAt")
                    .and("EVIDENCE", "evidence")
                    .and("ID", "id");

    @Mixin private final ServerOptions server;

    /** What can have become of a finding. */
    enum State {
        OPEN,
        DISMISSED,
        ACTED;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** With the options that lead to the server. */
    public FindingCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = "Show findings, newest first.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater finding list --state open",
                "  breakwater finding list --device tank-1 --kind new-network"
            })
    void list(
            @Option(
                            names = "--state",
                            description = "Only those that are one of ${COMPLETION-CANDIDATES}.")
                    Optional<State> state,
            @Option(
                            names = "--kind",
                            paramLabel = "KIND",
                            description = "Only those of this kind, such as new-network.")
                    Optional<String> kind,
            @Option(
                            names = "--device",
                            paramLabel = "DEVICE",
                            description = "Only those about this device, by id or serial.")
                    Optional<String> device,
            @Mixin PageOptions page) {
        List<String> again = new ArrayList<>(List.of("finding", "list"));
        state.ifPresent(wanted -> again.addAll(List.of("--state", wanted.code())));
        kind.ifPresent(wanted -> again.addAll(List.of("--kind", wanted)));
        device.ifPresent(name -> again.addAll(List.of("--device", name)));
        try (ApiClient api = server.connect()) {
            ApiRequest request =
                    page.of(ApiRequest.get("findings"))
                            .with("state", state.map(State::code))
                            .with("kind", kind)
                            .with("device", device.map(name -> Names.deviceId(api, name)));
            server.printPage(api.send(request), COLUMNS, again.toArray(String[]::new));
        }
    }

    @Command(
            description =
                    "Say that nothing is wrong. Should it be seen again, it is another finding.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater finding dismiss ID --reason \"the fair in Hamburg\"")
    void dismiss(
            @Parameters(paramLabel = "FINDING", description = FINDING) String finding,
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "REASON",
                            description = "Why; kept in the audit log.")
                    String reason) {
        decide(finding, "dismissal", reason, "Dismissed the finding.");
    }

    @Command(
            description = "Take the device off that a finding is about; it can be reinstated.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater finding quarantine ID --reason \"two places at once\"")
    void quarantine(
            @Parameters(paramLabel = "FINDING", description = FINDING) String finding,
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "REASON",
                            description = "Why; kept in the audit log and shown with the device.")
                    String reason) {
        decide(finding, "quarantine", reason, "Quarantined the device of the finding.");
    }

    @Command(
            description = "Cut the device off for good that a finding is about.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater finding revoke ID --reason stolen")
    void revoke(
            @Parameters(paramLabel = "FINDING", description = FINDING) String finding,
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "REASON",
                            description = "Why; kept in the audit log and shown with the device.")
                    String reason) {
        decide(finding, "revocation", reason, "Revoked the device of the finding.");
    }

    @Command(
            description = {
                "Ban the addresses that a finding names from the HTTPS listeners of the whole server, for everybody",
                "who comes from there. It ends by itself, or with breakwater ban lift on the server's machine."
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater finding ban ID --for 6h --reason \"guesses tokens\"")
    void ban(
            @Parameters(paramLabel = "FINDING", description = FINDING) String finding,
            @Option(
                            names = "--for",
                            required = true,
                            paramLabel = "TIME",
                            description = "How long, 1m at least.")
                    Duration time,
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "REASON",
                            description = "Why; kept in the audit log.")
                    String reason) {
        decide(
                finding,
                "ban",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("reason", reason)
                        .put("seconds", time.toSeconds()),
                "Banned where the finding came from.");
    }

    private void decide(String finding, String noun, String reason, String done) {
        decide(finding, noun, JsonNodeFactory.instance.objectNode().put("reason", reason), done);
    }

    private void decide(String finding, String noun, ObjectNode body, String done) {
        try (ApiClient api = server.connect()) {
            ApiRequest request = ApiRequest.create(body, "findings", finding, noun);
            server.print(api.send(request), COLUMNS);
            server.terminal().say(done);
            server.terminal().next("finding", "list", "--state", "open");
        }
    }
}
