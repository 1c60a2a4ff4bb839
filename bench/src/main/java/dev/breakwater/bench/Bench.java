/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench;

import dev.breakwater.bench.measure.Benchmark;
import dev.breakwater.bench.measure.Contest;
import dev.breakwater.bench.report.DocumentReport;
import dev.breakwater.bench.report.JsonReport;
import dev.breakwater.bench.report.Machine;
import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.report.TextReport;
import dev.breakwater.bench.server.Fleet;
import dev.breakwater.bench.server.ServerFailed;
import dev.breakwater.bench.server.ServerKind;
import dev.breakwater.bench.server.ServerSettings;
import dev.breakwater.bench.server.TestBed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;

/** {@code ./breakwater bench}: measures our server, and peers on the same work in the same run. */
@Command(
        name = "breakwater bench",
        mixinStandardHelpOptions = true,
        description = "Measure the server, and peers beside it, by mutual TLS on the same work.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater bench connect --peer mosquitto",
            "  breakwater bench all --peer mosquitto,nats --check --json results.json",
        })
public final class Bench implements Callable<Integer> {

    /** What a test bed has at least. */
    private static final int FLEET_DEVICES_MIN = 1;

    private final Terminal terminal;

    @Parameters(
            arity = "1..*",
            paramLabel = "BENCHMARK",
            description = "Any of ${COMPLETION-CANDIDATES}.")
    private List<BenchmarkName> wanted = List.of();

    @Option(
            names = "--peer",
            split = ",",
            paramLabel = "PEER",
            description = "Servers to compare with, in the same run: ${COMPLETION-CANDIDATES}.")
    private List<ServerKind> peers = List.of();

    @Option(names = "--check", description = "End with 5 when a figure is missed.")
    private boolean check;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON.")
    private Optional<Path> json = Optional.empty();

    @Option(
            names = "--add",
            paramLabel = "FILE",
            description =
                    "Add what an earlier run wrote with --json, of benchmarks that this run does not measure.")
    private List<Path> earlier = List.of();

    @Option(
            names = "--report",
            paramLabel = "DIRECTORY",
            description =
                    "Write the results as benchmarks.md with plots; the documentation's is docs.")
    private Optional<Path> report = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "NAME=NUMBER",
            description = "Set a limit of our server; the results say so.")
    private Map<String, Integer> limits = new LinkedHashMap<>();

    @Option(
            names = "--java-option",
            paramLabel = "OPTION",
            description =
                    "Start our server with an option of its virtual machine; the results say so.")
    private List<String> javaOptions = List.of();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private final BenchmarkOptions options = new BenchmarkOptions();

    private Bench(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Measures, and ends the process with an {@link ExitCode}. */
    public static void main(String[] arguments) {
        Terminal terminal =
                new Terminal(
                        new PrintWriter(System.out, false, System.out.charset()),
                        new PrintWriter(System.err, false, System.err.charset()));
        Bench bench = new Bench(terminal);
        CommandLine commandLine =
                new CommandLine(bench)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExecutionExceptionHandler(
                                (failure, _, _) -> {
                                    bench.explain(failure);
                                    return ExitCode.REFUSED.number();
                                });
        System.exit(commandLine.execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path checkout = Path.of(System.getProperty("breakwater.root", "."));
        List<Benchmark> benchmarks = BenchmarkName.expanded(wanted, options);
        List<Results> others = new ArrayList<>();
        for (Path file : earlier) {
            others.add(read(file));
        }
        Results results = new Results(Machine.here(), Instant.now());
        boolean fleetIsNeeded = benchmarks.stream().anyMatch(Benchmark::needsFleet);
        TestBed bed =
                TestBed.open(
                        checkout,
                        checkout.resolve("bench/target/fleet"),
                        fleetIsNeeded ? options.fleetDevices() : FLEET_DEVICES_MIN,
                        new ServerSettings(limits, javaOptions),
                        terminal::say);
        try (bed) {
            Contest contest = new Contest(bed, servers(), results, terminal::say);
            for (Benchmark benchmark : benchmarks) {
                run(benchmark, contest);
            }
            if (fleetIsNeeded) {
                addEnrollment(bed.fleet(), results);
            }
        }
        others.forEach(results::add);
        TextReport.lines(results).forEach(terminal::result);
        if (json.isPresent()) {
            write(json.get(), results);
        }
        if (report.isPresent()) {
            terminal.say("page written to " + DocumentReport.write(results, report.get()));
        }
        boolean missed = results.requirements().stream().anyMatch(one -> !one.isMet());
        return check && missed ? ExitCode.CHECK_FAILED.number() : ExitCode.OK.number();
    }

    private static void addEnrollment(Fleet fleet, Results results) {
        results.figure(
                "enroll",
                ServerKind.BREAKWATER.label(),
                "enrollments",
                "1/s",
                fleet.enrollmentsPerSecond());
        results.figure(
                "enroll",
                ServerKind.BREAKWATER.label(),
                "server CPU per enrollment",
                "ms",
                fleet.cpuMillisPerEnrollment());
    }

    /** One that fails is a requirement missed; the others are measured all the same. */
    private void run(Benchmark benchmark, Contest contest) throws InterruptedException {
        try {
            benchmark.run(contest);
        } catch (InterruptedException ended) {
            throw ended;
        } catch (Exception failed) {
            terminal.say(benchmark.name() + " failed:");
            explain(failed);
            contest.results()
                    .require(
                            benchmark.name(), "the benchmark runs to its end", ">=", 1, Double.NaN);
        }
    }

    private void explain(Exception failed) {
        String.valueOf(failed.getMessage()).lines().forEach(terminal::say);
        if (!(failed instanceof ServerFailed)) {
            failed.printStackTrace(terminal.err());
            terminal.err().flush();
        }
    }

    private List<ServerKind> servers() {
        List<ServerKind> servers = new ArrayList<>();
        servers.add(ServerKind.BREAKWATER);
        peers.stream().filter(peer -> !servers.contains(peer)).forEach(servers::add);
        return servers;
    }

    private Results read(Path file) {
        try {
            return JsonReport.read(Files.readString(file));
        } catch (IOException | JacksonException | DateTimeParseException unreadable) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--add: %s is nothing that --json has written (%s)"
                            .formatted(file, unreadable.getClass().getSimpleName()));
        }
    }

    private void write(Path file, Results results) throws IOException {
        Files.writeString(file, JsonReport.text(results));
        terminal.say("results written to " + file);
    }
}
