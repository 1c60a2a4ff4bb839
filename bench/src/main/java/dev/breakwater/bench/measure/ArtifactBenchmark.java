/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.server.BreakwaterServer;
import dev.breakwater.bench.server.NginxServer;
import dev.breakwater.bench.server.ServerKind;
import dev.breakwater.bench.server.ServerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * One artifact, fetched by several devices at once with curl: from our server through the registry
 * and all other gates, and from nginx, which serves the same file to the same certificates in the
 * same run. The two take turns, and each turn is compared with the one beside it, so that what else
 * the machine does meets both.
 */
public final class ArtifactBenchmark implements Benchmark {

    private static final String NAME = "artifact";
    private static final String THROUGHPUT = "throughput";
    private static final String CPU = "server CPU per GiB";
    private static final double THROUGHPUT_RATIO_MIN = 0.8;
    private static final double CPU_RATIO_MAX = 1.5;
    private static final int CLIENTS = 4;
    private static final int ROUNDS = 7;

    /** Ours is compiled while it runs; what a server does in its first minute is not the figure. */
    private static final int ROUNDS_TO_WARM_UP = 5;

    private static final int PIECE_BYTES = 1 << 20;
    private static final double GIBIBYTE = 1L << 30;
    private static final double MEBIBYTE = 1 << 20;
    private static final long SEED = 20_261_127;

    private final int mebibytes;

    /** With a file of this size. */
    public ArtifactBenchmark(int mebibytes) {
        this.mebibytes = mebibytes;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Contest contest) throws Exception {
        Path scratch = Files.createDirectories(contest.bed().scratch("artifact"));
        Path image = scratch.resolve("image.bin");
        String hash = write(image);
        String path = "/updates/artifacts/" + hash;
        Path served = Files.createDirectories(scratch.resolve("served/updates/artifacts"));
        Files.createLink(served.resolve(hash), image);
        contest.progress().accept("artifact: starting both servers");
        try (BreakwaterServer ours = contest.bed().breakwater(image, hash);
                NginxServer nginx = contest.bed().nginx(scratch.resolve("served"))) {
            Line toOurs = line(contest, ours.root(), ours.enrollmentPort(), path, ours.process());
            Line toNginx = line(contest, nginx.root(), nginx.port(), path, nginx.process());
            contest.progress().accept("artifact: warming up");
            for (int i = 0; i < ROUNDS_TO_WARM_UP; i++) {
                var _ = toOurs.turn();
            }
            var _ = toNginx.turn();
            measure(contest, toOurs, toNginx);
            contest.results()
                    .remark(
                            "%s: %d clients of curl at once, %d MiB each, TLS 1.3 with %s and client certificates; %s; medians of %d turns, and of the ratios turn by turn"
                                    .formatted(
                                            NAME,
                                            CLIENTS,
                                            mebibytes,
                                            CurlDownloads.SUITE,
                                            nginx.version(),
                                            ROUNDS));
        }
        Files.deleteIfExists(served.resolve(hash));
    }

    private static void measure(Contest contest, Line toOurs, Line toNginx) throws Exception {
        Turn[] our = new Turn[ROUNDS];
        Turn[] their = new Turn[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            contest.progress().accept("artifact: turn %d of %d".formatted(round + 1, ROUNDS));
            our[round] = toOurs.turn();
            their[round] = toNginx.turn();
        }
        Results results = contest.results();
        String ours = ServerKind.BREAKWATER.label();
        figures(results, ours, our);
        figures(results, NginxServer.LABEL, their);
        double throughput = median(i -> our[i].mebibytesPerSecond / their[i].mebibytesPerSecond);
        double cpu = median(i -> our[i].cpuMillisPerGibibyte / their[i].cpuMillisPerGibibyte);
        results.require(NAME, "of nginx's throughput", ">=", THROUGHPUT_RATIO_MIN, throughput);
        results.require(NAME, "of nginx's CPU per GiB", "<=", CPU_RATIO_MAX, cpu);
    }

    private static void figures(Results results, String server, Turn[] turns) {
        results.figure(NAME, server, THROUGHPUT, "MiB/s", median(i -> turns[i].mebibytesPerSecond));
        results.figure(NAME, server, CPU, "ms", median(i -> turns[i].cpuMillisPerGibibyte));
    }

    private interface OfRound {
        double value(int round);
    }

    private static double median(OfRound values) {
        double[] all = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            all[i] = values.value(i);
        }
        Arrays.sort(all);
        return all[ROUNDS / 2];
    }

    /** What one turn came to. */
    private record Turn(double mebibytesPerSecond, double cpuMillisPerGibibyte) {}

    private Line line(
            Contest contest, X509Certificate root, int port, String path, ServerProcess process)
            throws Exception {
        return new Line(
                CurlDownloads.of(contest.bed().fleet().first(CLIENTS), root, port, path), process);
    }

    private final class Line {

        private final CurlDownloads downloads;
        private final ServerProcess process;

        Line(CurlDownloads downloads, ServerProcess process) {
            this.downloads = downloads;
            this.process = process;
        }

        Turn turn() throws IOException, InterruptedException {
            long bytes = mebibytes * (1L << 20);
            Duration before = process.cpuWithChildren();
            Duration took = downloads.all(bytes);
            Duration cpu = process.cpuWithChildren().minus(before);
            double all = (double) bytes * CLIENTS;
            return new Turn(
                    all / MEBIBYTE / (took.toNanos() / 1e9),
                    cpu.toNanos() / 1e6 / (all / GIBIBYTE));
        }
    }

    /** Writes what no compression or cache of equal blocks makes smaller; returns its SHA-256. */
    private String write(Path image) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        SplittableRandom random = new SplittableRandom(SEED);
        byte[] piece = new byte[PIECE_BYTES];
        try (OutputStream out = Files.newOutputStream(image)) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(piece);
                digest.update(piece);
                out.write(piece);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
