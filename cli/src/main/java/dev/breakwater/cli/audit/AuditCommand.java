/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.audit;

import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
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

    private final Terminal terminal;

    @Mixin private final ServerOptions server;

    /** With the options that lead to the server. */
    public AuditCommand(ServerOptions server) {
        this.server = server;
        this.terminal = server.terminal();
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
    void verify(
            @Mixin AuditedDatabase database,
            @Option(
                            names = "--head",
                            paramLabel = "HASH",
                            description =
                                    "A head hash that was kept elsewhere: shows whether entries were cut"
                                            + " off the end.")
                    Optional<String> head) {
        Optional<String> kept = head.map(AuditCommand::hash);
        Verdict verdict = verdict(database, kept);
        switch (verdict) {
            case Verdict.Intact(long entries, String headHash) -> {
                terminal.result("intact");
                terminal.result("entries  " + entries);
                terminal.result("head     " + headHash);
                terminal.say(
                        kept.isPresent()
                                ? "The kept head is in the chain: nothing was cut off before it."
                                : "Keep the head elsewhere and give it with --head the next time: a cut"
                                        + " tail shows only so.");
            }
            case Verdict.Broken(long sequence, String why) ->
                    throw new CommandFailed(
                            ExitCode.CHECK_FAILED,
                            "the audit chain is broken at entry "
                                    + sequence
                                    + ": "
                                    + why
                                    + "; entries before it are proven, none after it is");
            case Verdict.HeadMissing(long entries, String _) ->
                    throw new CommandFailed(
                            ExitCode.CHECK_FAILED,
                            "the kept head is not among the "
                                    + entries
                                    + " entries of the log: its newest entries were cut off, or all of"
                                    + " it was written anew");
        }
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
