/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.audit;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.PageOptions;
import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.audit.AuditChain.Verdict;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.store.AuditArchive;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code breakwater audit}: what happened, and whether the record of it is whole. */
@Command(name = "audit", description = "Read the audit log, or prove that it is whole.")
public final class AuditCommand {

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private static final Columns COLUMNS =
            Columns.none()
                    .and("SEQUENCE", "sequence")
                    .and("AT", "at")
                    .and("ACTION", "action")
                    .and("SUBJECT", "subject")
                    .and("ACTOR", "actor")
                    .and("DETAILS", "details");

    private final Terminal terminal;

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public AuditCommand(ServerOptions server) {
        this.server = server;
        this.terminal = server.terminal();
    }

    @Command(
            description = "Show what happened in the organization, newest first.",
            footerHeading = "%nExample:%n",
            footer = "  breakwater audit list --limit 20")
    void list(@Mixin PageOptions page) {
        try (ApiClient api = server.connect()) {
            ApiAnswer answer = api.send(page.of(ApiRequest.get("audit-entries")));
            server.printPage(answer, COLUMNS, "audit", "list");
        }
    }

    @Command(
            description = {
                "Prove the hash chain of the log as it lies on disk; no server is needed.",
                "Ends with 5 and names the first entry that does not fit if there is one."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  breakwater audit verify --data ~/.local/share/breakwater",
                "  breakwater audit verify --data /backup/breakwater --head $(cat head-of-last-month)"
            })
    int verify(
            @Mixin AuditedDatabase database,
            @Option(
                            names = "--head",
                            paramLabel = "HASH",
                            description =
                                    "A head hash that was kept elsewhere: shows whether entries were cut"
                                            + " off the end.")
                    Optional<String> head) {
        server.refuseProfile("audit verify reads the disk and needs no profile");
        Verdict verdict = verdict(database, head.map(AuditCommand::hash));
        switch (server.format()) {
            case TABLE -> AuditVerdict.tell(verdict, head.isPresent(), terminal);
            case JSON -> AuditVerdict.json(verdict, terminal);
        }
        return AuditVerdict.exitCode(verdict).number();
    }

    private static Verdict verdict(AuditedDatabase database, Optional<String> kept) {
        try (AuditArchive archive = AuditArchive.open(database.location())) {
            return archive.verify(kept);
        } catch (StorageUnavailable unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    unreadable.getMessage() + "; nothing was judged",
                    unreadable);
        }
    }

    private static String hash(String text) {
        String hash = text.toLowerCase(Locale.ROOT);
        if (!HASH.matcher(hash).matches()) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--head takes the 64 hexadecimal digits that verify printed");
        }
        return hash;
    }
}
