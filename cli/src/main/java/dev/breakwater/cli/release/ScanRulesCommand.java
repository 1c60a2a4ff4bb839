/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code breakwater release scan-rules}: what else uploads are looked through for. */
@Command(
        name = "scan-rules",
        description = {
            "Your organization's own rules for the scan of what is uploaded, in the form of gitleaks. They add to the",
            "built-in ones.",
        })
final class ScanRulesCommand {

    private static final Columns RULES =
            Columns.none()
                    .and("VERSION", "version")
                    .and("OWN RULES", "rules")
                    .and("ALL RULES", "sha256");
    private static final long BYTES_MAX = 1 << 20;

    private final ServerOptions server;

    ScanRulesCommand(ServerOptions server) {
        this.server = server;
    }

    @Command(
            description = {
                "Set them, in the place of those there were. A file of which anything is not understood is not taken. They",
                "count for scans that begin from now on. The server wants a second factor for it.",
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater release scan-rules set team.toml")
    void set(@Parameters(paramLabel = "FILE", description = "The rules, in TOML.") Path file) {
        byte[] rules = read(file);
        try (ApiClient api = server.connect()) {
            OwnScanRules own = new OwnScanRules(api);
            server.print(own.replace(rules, own.fetch()), RULES);
            server.terminal()
                    .say(
                            "Uploads are scanned by them from now on. What was uploaded before is not scanned again by itself; release artifacts shows what it was scanned by.");
            server.terminal().next("release", "scan", "ARTIFACT");
        }
    }

    private static byte[] read(Path file) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new CommandFailed(
                        ExitCode.USAGE, "%s is larger than %,d bytes".formatted(file, BYTES_MAX));
            }
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, file + " cannot be read: " + unreadable, unreadable);
        }
    }

    @Command(
            description = "Show the file as it was set, or write it to the byte.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater release scan-rules show",
                "  breakwater release scan-rules show --file team.toml",
            })
    void show(
            @Option(
                            names = "--file",
                            paramLabel = "FILE",
                            description = "Where to write it; on the screen if not given.")
                    Optional<Path> file) {
        try (ApiClient api = server.connect()) {
            ApiAnswer rules = new OwnScanRules(api).fetch();
            if (rules.text().isEmpty()) {
                server.terminal().say("There are no own rules; the built-in ones count.");
            }
            if (file.isPresent()) {
                write(file.get(), OwnScanRules.bytes(rules));
                server.terminal().say("Wrote " + file.get() + ".");
                return;
            }
            String json =
                    JsonNodeFactory.instance.objectNode().put("toml", rules.text()).toString();
            server.print(
                    new ApiAnswer(rules.json(), json, rules.etag()),
                    _ -> rules.text().lines().forEach(server.terminal()::result));
        }
    }

    private static void write(Path file, byte[] rules) {
        try {
            Files.write(file, rules);
        } catch (IOException unwritable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, file + " cannot be written: " + unwritable, unwritable);
        }
    }

    @Command(
            description = {
                "Remove them: uploads are scanned by the built-in rules alone. What they found before blocks until the",
                "artifact is scanned again. The server wants a second factor for it.",
            },
            footerHeading = "%nExample:%n",
            footer = "  breakwater release scan-rules remove")
    void remove() {
        try (ApiClient api = server.connect()) {
            OwnScanRules own = new OwnScanRules(api);
            own.remove(own.fetch());
            server.terminal().say("There are no own rules any more; the built-in ones count.");
            server.terminal().next("release", "scan", "ARTIFACT");
        }
    }
}
