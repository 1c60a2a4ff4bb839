/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.ban;

import dev.breakwater.cli.client.OperationsPort;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.cli.terminal.OutputFormat;
import dev.breakwater.cli.terminal.Terminal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code breakwater ban}: networks that the server on this machine does not let in. */
@Command(
        name = "ban",
        description = {
            "List and lift bans of the server on this machine.",
            "It uses the loopback port for operators and needs no token."
        })
public final class BanCommand {

    private static final Columns COLUMNS =
            Columns.none()
                    .and("NETWORK", "network")
                    .and("REASON", "reason")
                    .and("BEGUN", "begun")
                    .and("UNTIL", "until")
                    .and("COUNT", "count");

    private final Terminal terminal;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "9090",
            scope = ScopeType.INHERIT,
            description = "The server's port for operators (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            description = "table (for people) or json (for scripts, exactly what the server says).")
    private OutputFormat format = OutputFormat.TABLE;

    /** Shows itself on this terminal. */
    public BanCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            description = "Show the bans in force; the one that ends last comes first.",
            footerHeading = "%nExamples:%n",
            footer = {"  breakwater ban list", "  breakwater ban list -o json"})
    void list() {
        try (OperationsPort operations = new OperationsPort(port)) {
            print(
                    operations.get("/bans"),
                    json -> COLUMNS.printRows(json.path("bans"), terminal));
        }
    }

    @Command(
            description = "End a ban now, and forget that the network was ever banned.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater ban lift 203.0.113.9",
                "  breakwater ban lift 2001:db8:1:2::/64"
            })
    void lift(
            @Parameters(
                            paramLabel = "NETWORK",
                            description = "The network, or an address within it.")
                    String network) {
        String path = "/bans/" + URLEncoder.encode(network, StandardCharsets.UTF_8);
        try (OperationsPort operations = new OperationsPort(port)) {
            String lifted =
                    operations
                            .delete(path)
                            .orElseThrow(
                                    () ->
                                            new CommandFailed(
                                                    ExitCode.REFUSED,
                                                    "no ban of '%s' is in force; breakwater ban list shows those that are"
                                                            .formatted(network)));
            print(lifted, json -> COLUMNS.printSheet(json, terminal));
            terminal.say("Lifted the ban of " + network + ".");
            terminal.next("ban", "list");
        }
    }

    private void print(String answer, Consumer<JsonNode> asTable) {
        switch (format) {
            case TABLE -> asTable.accept(read(answer));
            case JSON -> terminal.json(answer.strip());
        }
    }

    private static JsonNode read(String answer) {
        try {
            return JsonMapper.shared().readTree(answer);
        } catch (JacksonException unreadable) {
            throw new CommandFailed(
                    ExitCode.UNREACHABLE,
                    "the port answers, but not as a Breakwater server of this version does",
                    unreadable);
        }
    }
}
