/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.scan;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.scan.ScanReport;
import dev.breakwater.server.scan.ScanVerdict;
import dev.breakwater.server.scan.SecretScan;
import dev.breakwater.server.scan.rule.RuleBook;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.LongConsumer;

/** The scan of a file for another command, by the rules and within the limits of a server. */
public final class LocalScan {

    private final ScanVerdict verdict;
    private final ReportText text;

    private LocalScan(ScanReport report, ScanVerdict verdict) {
        this.verdict = verdict;
        this.text = new ReportText(report, verdict);
    }

    /**
     * Looks through a file.
     *
     * @param rules what it is looked through for
     * @param progress hears how many bytes of it were looked at
     */
    public static LocalScan of(Path file, RuleBook rules, Clock clock, LongConsumer progress) {
        try {
            ScanReport report =
                    new SecretScan(rules, Limits.defaults(), clock).scan(file, progress);
            return new LocalScan(report, ScanVerdict.of(report, List.of(), clock.instant()));
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "%s cannot be read (%s)".formatted(file, unreadable.getClass().getSimpleName()),
                    unreadable);
        }
    }

    /** Whether all of it was looked through and nothing was found. */
    public boolean isClean() {
        return verdict instanceof ScanVerdict.Clean;
    }

    /** Prints what was found, redacted, for people. */
    public void tell(Terminal terminal) {
        text.tell(terminal);
    }

    /** The same for scripts. */
    public String json() {
        return text.json();
    }
}
