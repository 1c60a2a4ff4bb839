/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.bench.load.KeyExchange;
import dev.breakwater.bench.load.Latencies;
import dev.breakwater.bench.load.ReadLink;
import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.server.BareJetty;
import dev.breakwater.bench.server.ServerKind;
import dev.breakwater.bench.server.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One device by its id and with a token, through the API with all its gates, over connections that
 * stay open: as fast as it goes, and at half the rate that is required. A bare Jetty is asked the
 * same in the same run and answers with as many bytes: it is what the machine, TLS and HTTP cost.
 */
public final class ReadBenchmark implements Benchmark {

    private static final String NAME = "read";
    private static final int RATE_LEAST = 15_000;
    private static final double P99_MILLIS_MAX = 50;
    private static final double GATES_MICROS_MAX = 60;
    private static final int CORES = 2;
    private static final String CPU = "server CPU per read";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What every request must pass besides TLS, HTTP, the token and the store. */
    private static final List<String> GATES =
            List.of(
                    "dev.breakwater.server.api.contract.",
                    "dev.breakwater.server.firewall.",
                    "dev.breakwater.server.api.Browser",
                    "dev.breakwater.server.api.Budgets",
                    "dev.breakwater.server.api.CallBudgets",
                    "dev.breakwater.server.api.RequestHeaders");

    private final int connections;
    private final Duration warmUp;
    private final Duration measured;

    /** Over so many connections; each part of it takes as long as this. */
    public ReadBenchmark(int connections, Duration warmUp, Duration measured) {
        this.connections = connections;
        this.warmUp = warmUp;
        this.measured = measured;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(Contest contest) throws Exception {
        int answerBytes;
        try (OurServer ours = OurServer.start(contest);
                ClientTls tls = ClientTls.of(ours.server().root(), KeyExchange.CLASSICAL)) {
            String device = contest.bed().fleet().devices().getFirst().id();
            String request = request(device, contest.bed().fleet().token());
            Crew crew = new Crew(contest, tls, ours.server().apiPort(), request);
            crew.measure(ServerKind.BREAKWATER.label(), ours.server().process());
            gates(contest, crew, ours.server().process());
            answerBytes = crew.answers.answerBytes();
            crew.leave();
        }
        try (BareJetty jetty = contest.bed().bareJetty(answerBytes);
                ClientTls tls = ClientTls.of(jetty.root(), KeyExchange.CLASSICAL)) {
            String request = request("any", contest.bed().fleet().token());
            Crew crew = new Crew(contest, tls, jetty.port(), request);
            crew.measure(BareJetty.LABEL, jetty.process());
            crew.leave();
        }
        contest.results()
                .remark(
                        "%s: %d connections, HTTP/1.1 in TLS 1.3, answers of %d bytes with their heads; at half the rate each time counts from the moment the read was due"
                                .formatted(NAME, connections, answerBytes));
        require(contest.results());
    }

    private static String request(String device, String token) {
        return String.join(
                "\r\n",
                "GET /api/v1/devices/" + device + " HTTP/1.1",
                "Host: " + ClientTls.SERVER_NAME,
                "Authorization: Bearer " + token,
                "Accept: application/json, application/problem+json",
                "",
                "");
    }

    /** The gates' part of the CPU time, in a recording of its own: to record costs something. */
    private void gates(Contest contest, Crew crew, ServerProcess process)
            throws IOException, InterruptedException {
        contest.progress().accept("read: recording");
        Path recording = contest.bed().scratch("read.jfr");
        process.beginRecording(ProfileShare.EVENT);
        var _ = crew.onAndOn(measured);
        process.endRecording(recording);
        String ours = ServerKind.BREAKWATER.label();
        double micros = contest.results().value(NAME, ours, CPU).orElseThrow();
        contest.results()
                .figure(
                        NAME,
                        ours,
                        "of it firewall and contract",
                        "us",
                        micros * ProfileShare.of(recording, GATES));
    }

    private static void require(Results results) {
        String ours = ServerKind.BREAKWATER.label();
        double micros = results.value(NAME, ours, CPU).orElseThrow();
        double bare = results.value(NAME, BareJetty.LABEL, CPU).orElseThrow();
        results.figure(NAME, ours, "server CPU to bare Jetty's", "", micros / bare);
        results.require(
                NAME,
                "reads per second that %d cores have CPU time for".formatted(CORES),
                ">=",
                RATE_LEAST,
                CORES * 1e6 / micros);
        results.require(
                NAME,
                "server CPU of firewall and contract in microseconds",
                "<=",
                GATES_MICROS_MAX,
                results.value(NAME, ours, "of it firewall and contract").orElseThrow());
        results.require(
                NAME,
                "ms, p99 at %,d/s".formatted(RATE_LEAST / 2),
                "<=",
                P99_MILLIS_MAX,
                results.value(NAME, ours, "p99 at half the rate").orElseThrow());
        results.require(NAME, "failed", "<=", 0, results.value(NAME, ours, "failed").orElseThrow());
    }

    /** All readers of one server. */
    private final class Crew {

        private final Contest contest;
        private final List<Reader> readers = new ArrayList<>();
        private final Reader.Answers answers = new Reader.Answers();

        Crew(Contest contest, ClientTls tls, int port, String request) throws InterruptedException {
            this.contest = contest;
            for (int i = 0; i < connections; i++) {
                Reader reader = new Reader(answers);
                readers.add(reader);
                ReadLink.open(contest.bed().loops(), tls, port, request, reader);
            }
            Waiting.until(
                    () -> readers.stream().allMatch(Reader::isConnected),
                    PATIENCE,
                    "readers wait in vain for their connection");
        }

        void measure(String server, ServerProcess process) throws InterruptedException {
            contest.progress().accept("read: warming up " + server);
            var _ = onAndOn(warmUp);
            answers.forget();
            contest.progress().accept("read: measuring " + server);
            Duration before = process.cpu();
            Latencies.Sorted all = onAndOn(measured);
            Duration cpu = process.cpu().minus(before);
            figure(server, "reads", "1/s", all.count() / (double) measured.toSeconds());
            figure(server, CPU, "us", cpu.toNanos() / 1e3 / all.count());
            figure(server, "server CPU, cores", "", cpu.toNanos() / (double) measured.toNanos());
            figure(server, "p50", "ms", all.millis(50));
            figure(server, "p99", "ms", all.millis(99));
            Latencies.Sorted half = atHalfTheRate();
            figure(
                    server,
                    "reads at half the rate",
                    "1/s",
                    half.count() / (double) measured.toSeconds());
            figure(server, "p50 at half the rate", "ms", half.millis(50));
            figure(server, "p99 at half the rate", "ms", half.millis(99));
            figure(server, "failed", "", answers.failed());
            if (answers.failed() > 0) {
                contest.results()
                        .remark(
                                "%s: %s failed first with %s"
                                        .formatted(NAME, server, answers.firstFailure()));
            }
        }

        private void figure(String server, String name, String unit, double value) {
            contest.results().figure(NAME, server, name, unit, value);
        }

        Latencies.Sorted onAndOn(Duration howLong) throws InterruptedException {
            Latencies latencies = new Latencies();
            readers.forEach(reader -> reader.readOnAndOn(latencies));
            return afterwards(howLong, latencies);
        }

        private Latencies.Sorted atHalfTheRate() throws InterruptedException {
            Latencies latencies = new Latencies();
            Duration step = Duration.ofSeconds(1).dividedBy(RATE_LEAST / 2);
            for (int i = 0; i < connections; i++) {
                readers.get(i)
                        .readEvery(step.multipliedBy(connections), step.multipliedBy(i), latencies);
            }
            return afterwards(measured, latencies);
        }

        private Latencies.Sorted afterwards(Duration howLong, Latencies latencies)
                throws InterruptedException {
            Thread.sleep(howLong);
            readers.forEach(Reader::rest);
            Waiting.until(
                    () -> readers.stream().noneMatch(Reader::isBusy),
                    PATIENCE,
                    "readers wait in vain for their last answer");
            return latencies.sorted();
        }

        void leave() {
            readers.forEach(Reader::leave);
        }
    }
}
