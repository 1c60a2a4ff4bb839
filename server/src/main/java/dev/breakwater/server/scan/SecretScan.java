/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.scan.rule.RuleBook;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.LongConsumer;

/**
 * Looks for secrets in what is about to ship: in its bytes, and through archives in archives. Safe
 * for use by many threads; each scan takes one core and bounded memory, and ends within its limits.
 */
public final class SecretScan {

    private final Detectors detectors;
    private final Limits limits;
    private final Clock clock;

    /** With these rules, within these limits. */
    public SecretScan(RuleBook rules, Limits limits, Clock clock) {
        this.detectors = new Detectors(rules);
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Scans a file.
     *
     * @param progress told now and then how many bytes of the file were read
     * @throws IOException if the file cannot be read; what is wrong in it is in the report
     */
    public ScanReport scan(Path file, LongConsumer progress) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return scan(String.valueOf(file.getFileName()), in, progress);
        }
    }

    /**
     * Scans a stream to its end, or to where a limit ends the scan. Does not close it.
     *
     * @param name what it is called in the report
     */
    public ScanReport scan(String name, InputStream in, LongConsumer progress) throws IOException {
        Budget budget = new Budget(limits, clock);
        Tally tally = new Tally(budget);
        ContainerPath path = ContainerPath.of(name);
        try {
            new Walk(detectors, budget, tally).through(new Counted(in, budget, progress), path, 0);
        } catch (ScanEnded ended) {
            tally.gap(ended.kind(), path, budget.bytes(), ended.detail());
        }
        return tally.report(path.name());
    }

    /** Counts what is read of the file itself. */
    private static final class Counted extends FilterInputStream {

        private final Budget budget;
        private final LongConsumer progress;

        Counted(InputStream in, Budget budget, LongConsumer progress) {
            super(in);
            this.budget = budget;
            this.progress = progress;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            int read = super.read(bytes, from, count);
            if (read > 0) {
                budget.read(read);
                progress.accept(budget.bytes());
            }
            return read;
        }
    }
}
