/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.scan;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.OutputFormat;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.scan.ScanReport;
import dev.breakwater.server.scan.ScanVerdict;
import dev.breakwater.server.scan.SecretScan;
import dev.breakwater.server.scan.rule.RuleBook;
import dev.breakwater.server.scan.rule.RulesRefused;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code breakwater scan}: secrets in a file, before it ships. Needs no server. */
@Command(
        name = "scan",
        description = {
            "Look for secrets in a file that is about to ship, through archives in archives.",
            "Ends with 5 when something was found or not looked into."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater scan image.tar.gz",
            "  breakwater scan image.tar.gz --rules team.toml -o json",
        })
public final class ScanCommand implements Callable<Integer> {

    private static final long RULES_BYTES_MAX = 1 << 20;

    private final Terminal terminal;
    private final Clock clock;

    @Parameters(paramLabel = "FILE", description = "What is about to ship.")
    private Path file = Path.of("");

    @Option(
            names = "--rules",
            paramLabel = "TOML",
            description = "More rules, in the form of gitleaks; may be given more than once.")
    private List<Path> rules = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "How to print it: table or json.")
    private OutputFormat format = OutputFormat.TABLE;

    /** Writes here. */
    public ScanCommand(Terminal terminal) {
        this.terminal = terminal;
        this.clock = Clock.systemUTC();
    }

    @Override
    public Integer call() {
        SecretScan scan = new SecretScan(book(), Limits.defaults(), clock);
        ScanReport report = report(scan);
        ScanVerdict verdict = ScanVerdict.of(report, List.of(), clock.instant());
        ReportText text = new ReportText(report, verdict);
        switch (format) {
            case TABLE -> text.tell(terminal);
            case JSON -> terminal.json(text.json());
        }
        return verdict instanceof ScanVerdict.Clean
                ? ExitCode.OK.number()
                : ExitCode.CHECK_FAILED.number();
    }

    private ScanReport report(SecretScan scan) {
        try {
            return scan.scan(file, progress(Files.size(file)));
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "%s cannot be read (%s)".formatted(file, unreadable.getClass().getSimpleName()),
                    unreadable);
        }
    }

    /** On a screen, one line that changes; elsewhere nothing. */
    private LongConsumer progress(long size) {
        if (!terminal.canRedraw() || format == OutputFormat.JSON) {
            return _ -> {};
        }
        return new LongConsumer() {
            private long shown = -1;

            @Override
            public void accept(long bytes) {
                long percent = size == 0 ? 100 : Math.min(100, bytes * 100 / size);
                if (percent != shown) {
                    shown = percent;
                    terminal.redraw(
                            List.of("scanning %s: %d %%".formatted(file.getFileName(), percent)));
                }
            }
        };
    }

    private RuleBook book() {
        RuleBook book = RuleBook.builtIn();
        for (Path path : rules) {
            try {
                if (Files.size(path) > RULES_BYTES_MAX) {
                    throw new CommandFailed(
                            ExitCode.USAGE,
                            "--rules: %s is larger than %,d bytes"
                                    .formatted(path, RULES_BYTES_MAX));
                }
                book = book.with(Files.readString(path));
            } catch (RulesRefused refused) {
                throw new CommandFailed(
                        ExitCode.USAGE,
                        "--rules: %s: %s".formatted(path, refused.getMessage()),
                        refused);
            } catch (CharacterCodingException notText) {
                throw new CommandFailed(
                        ExitCode.USAGE, "--rules: %s is not UTF-8".formatted(path), notText);
            } catch (IOException unreadable) {
                throw new CommandFailed(
                        ExitCode.CANNOT_START,
                        "--rules: %s cannot be read (%s)"
                                .formatted(path, unreadable.getClass().getSimpleName()),
                        unreadable);
            }
        }
        return book;
    }
}
