/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** What one scan may spend, and what it has spent. One thread. */
final class Budget {

    private static final long MEBIBYTE = 1 << 20;

    private final Limits limits;
    private final Clock clock;
    private final Instant begunAt;
    private long bytes;
    private long expandedBytes;
    private long entries;
    private long memory;

    Budget(Limits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
        this.begunAt = clock.instant();
        this.memory = limits.of(Limit.SCAN_DECODER_MEBIBYTES) * MEBIBYTE;
    }

    /** Bytes of the file itself were read. */
    void read(int count) {
        bytes += count;
    }

    /** Bytes came out of a decompressor. */
    void expanded(int count) {
        expandedBytes += count;
        if (expandedBytes > limits.of(Limit.SCAN_EXPANDED_MEBIBYTES) * MEBIBYTE) {
            throw new ScanEnded(
                    Gap.Kind.EXPANDED_BYTES,
                    "more than %,d MiB come out of it; the limit is scan-expanded-mebibytes"
                            .formatted(limits.of(Limit.SCAN_EXPANDED_MEBIBYTES)));
        }
        boolean counts = expandedBytes > limits.of(Limit.SCAN_RATIO_FREE_MEBIBYTES) * MEBIBYTE;
        if (counts && expandedBytes / limits.of(Limit.SCAN_RATIO) > bytes) {
            throw new ScanEnded(
                    Gap.Kind.RATIO,
                    "it expands to more than %,d times its size; the limit is scan-ratio"
                            .formatted(limits.of(Limit.SCAN_RATIO)));
        }
    }

    /** Another entry of an archive. */
    void entry() {
        entries++;
        if (entries > limits.of(Limit.SCAN_ENTRIES)) {
            throw new ScanEnded(
                    Gap.Kind.ENTRIES,
                    "it has more than %,d entries; the limit is scan-entries"
                            .formatted(limits.of(Limit.SCAN_ENTRIES)));
        }
    }

    void time() {
        Duration allowed = limits.seconds(Limit.SCAN_SECONDS);
        if (took().compareTo(allowed) > 0) {
            throw new ScanEnded(
                    Gap.Kind.TIME,
                    "it takes longer than %d seconds; the limit is scan-seconds"
                            .formatted(allowed.toSeconds()));
        }
    }

    /** Containers in containers at most. */
    int depth() {
        return limits.of(Limit.SCAN_DEPTH);
    }

    int findings() {
        return limits.of(Limit.SCAN_FINDINGS);
    }

    /** Half of the memory that is left, so that those inside it get some, too. */
    long reserve() {
        long granted = memory / 2;
        memory -= granted;
        return granted;
    }

    void release(long granted) {
        memory += granted;
    }

    Duration took() {
        return Duration.between(begunAt, clock.instant());
    }

    long bytes() {
        return bytes;
    }

    long expandedBytes() {
        return expandedBytes;
    }

    long entries() {
        return entries;
    }
}
