/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.server.ServerKind;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.scan.ScanReport;
import dev.breakwater.server.scan.SecretScan;
import dev.breakwater.server.scan.rule.RuleBook;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Arrays;

/**
 * How fast a release is looked through for secrets, in CPU time of one core, and how fast the same
 * bytes are hashed, which is what any upload costs. Bytes that come out of archives are not counted
 * though they are looked at. It needs no server.
 */
public final class ScanBenchmark implements Benchmark {

    private static final String NAME = "scan";
    private static final double MEGABYTES_PER_SECOND_MIN = 100;
    private static final double MEGABYTE = 1e6;
    private static final int ROUNDS_TO_WARM_UP = 2;
    private static final int ROUNDS = 5;
    private static final long SEED = 20_261_127;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final SecretScan scan =
            new SecretScan(RuleBook.builtIn(), Limits.defaults(), Clock.systemUTC());
    private final byte[] image;

    /** With an image of about that size. */
    public ScanBenchmark(int imageBytes) {
        this.image = new FirmwareImage(SEED).ofAbout(imageBytes);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean needsFleet() {
        return false;
    }

    @Override
    public void run(Contest contest) throws IOException {
        double[] scanned = new double[ROUNDS];
        double[] hashed = new double[ROUNDS];
        for (int round = -ROUNDS_TO_WARM_UP; round < ROUNDS; round++) {
            double scanRate = scanRate();
            double hashRate = hashRate();
            if (round >= 0) {
                scanned[round] = scanRate;
                hashed[round] = hashRate;
            }
        }
        Arrays.sort(scanned);
        Arrays.sort(hashed);
        double scanRate = scanned[ROUNDS / 2];
        double hashRate = hashed[ROUNDS / 2];
        Results results = contest.results();
        String ours = ServerKind.BREAKWATER.label();
        results.figure(NAME, ours, "image", "MB", image.length / MEGABYTE);
        results.figure(NAME, ours, "scanned per core", "MB/s", scanRate);
        results.figure(NAME, ours, "SHA-256 of the same per core", "MB/s", hashRate);
        results.figure(NAME, ours, "scan in ratio to SHA-256", "", scanRate / hashRate);
        results.require(NAME, "MB/s scanned per core", ">=", MEGABYTES_PER_SECOND_MIN, scanRate);
    }

    private double scanRate() throws IOException {
        long begun = threads.getCurrentThreadCpuTime();
        ScanReport report = scan.scan("image", new ByteArrayInputStream(image), _ -> {});
        long took = threads.getCurrentThreadCpuTime() - begun;
        if (!report.gaps().isEmpty() || !report.findings().isEmpty()) {
            throw new IllegalStateException("the image holds no secret: " + report);
        }
        return image.length / MEGABYTE / (took / 1e9);
    }

    private double hashRate() {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            long begun = threads.getCurrentThreadCpuTime();
            byte[] unused = hash.digest(image);
            long took = threads.getCurrentThreadCpuTime() - begun;
            if (unused.length == 0) {
                throw new IllegalStateException("a hash has bytes");
            }
            return image.length / MEGABYTE / (took / 1e9);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
