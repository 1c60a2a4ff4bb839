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
 * though they are looked at. What is required holds for an image made for it; that of the machine's
 * own files stands beside it. It needs no server.
 */
public final class ScanBenchmark implements Benchmark {

    private static final String NAME = "scan";
    private static final String MADE = "image";
    private static final String INSTALLED = "files of this machine";
    private static final double MEGABYTES_PER_SECOND_MIN = 100;
    private static final double MEGABYTE = 1e6;
    private static final int ROUNDS_TO_WARM_UP = 2;
    private static final int ROUNDS = 5;
    private static final long SEED = 20_261_127;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final SecretScan scan =
            new SecretScan(RuleBook.builtIn(), Limits.defaults(), Clock.systemUTC());
    private final int imageBytes;

    /** With images of about that size. */
    public ScanBenchmark(int imageBytes) {
        this.imageBytes = imageBytes;
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
        Results results = contest.results();
        double required = measure(results, MADE, new FirmwareImage(SEED).ofAbout(imageBytes));
        results.require(NAME, "MB/s scanned per core", ">=", MEGABYTES_PER_SECOND_MIN, required);
        double _ = measure(results, INSTALLED, new InstalledFiles(SEED).ofAtMost(imageBytes));
    }

    /** Returns the median of rounds in which scan and hash take turns, in MB/s. */
    private double measure(Results results, String what, byte[] image) throws IOException {
        double[] scanned = new double[ROUNDS];
        double[] hashed = new double[ROUNDS];
        boolean isMade = what.equals(MADE);
        for (int round = -ROUNDS_TO_WARM_UP; round < ROUNDS; round++) {
            double scanRate = scanRate(image, isMade);
            double hashRate = hashRate(image);
            if (round >= 0) {
                scanned[round] = scanRate;
                hashed[round] = hashRate;
            }
        }
        Arrays.sort(scanned);
        Arrays.sort(hashed);
        double scanRate = scanned[ROUNDS / 2];
        double hashRate = hashed[ROUNDS / 2];
        String ours = ServerKind.BREAKWATER.label();
        results.figure(NAME, ours, what, "MB", image.length / MEGABYTE);
        results.figure(NAME, ours, what + " scanned per core", "MB/s", scanRate);
        results.figure(NAME, ours, what + ": SHA-256 per core", "MB/s", hashRate);
        results.figure(NAME, ours, what + ": scan in ratio to SHA-256", "", scanRate / hashRate);
        return scanRate;
    }

    private double scanRate(byte[] image, boolean isClean) throws IOException {
        long begun = threads.getCurrentThreadCpuTime();
        ScanReport report = scan.scan("image", new ByteArrayInputStream(image), _ -> {});
        long took = threads.getCurrentThreadCpuTime() - begun;
        if (isClean && (!report.gaps().isEmpty() || !report.findings().isEmpty())) {
            throw new IllegalStateException("the image holds no secret: " + report);
        }
        return image.length / MEGABYTE / (took / 1e9);
    }

    private double hashRate(byte[] image) {
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
