/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.report.Machine;
import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.server.ServerFailed;
import dev.breakwater.bench.server.ServerSettings;
import dev.breakwater.bench.server.TestBed;
import dev.breakwater.bench.server.Workplace;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.limits.Limit;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./build attack}: attacks the distribution and says which figures it missed. */
@Command(
        name = "./build attack",
        mixinStandardHelpOptions = true,
        description =
                "Attack the server as it is distributed, and hold what is measured against what is required.")
public final class Assault implements Callable<Integer> {

    private static final int FLEET = 120;
    private static final String RUNS = "bench/target/attack-runs";
    private static final String PAGE = "docs/security-tests.md";

    private final Terminal terminal;

    @Parameters(
            paramLabel = "NAME",
            description = "Any of ${COMPLETION-CANDIDATES}; all without one.")
    private List<AttackName> wanted = List.of();

    @Option(names = "--short", description = "A few seconds for each; keeps and writes nothing.")
    private boolean brief;

    @Option(
            names = "--for-checks",
            description = {
                "What ./build verify does: the same every time, about a minute in all, and only",
                "figures that hold however busy the machine is."
            })
    private boolean forChecks;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description = "Of what is chosen by chance; a fresh one unless said otherwise.")
    private long seed = System.nanoTime() & Integer.MAX_VALUE;

    private Assault(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Attacks, and ends the process with an {@link ExitCode}. */
    public static void main(String[] arguments) {
        Terminal terminal =
                new Terminal(
                        new PrintWriter(System.out, true, System.out.charset()),
                        new PrintWriter(System.err, true, System.err.charset()));
        Assault assault = new Assault(terminal);
        boolean help = arguments.length == 1 && arguments[0].equals("help");
        CommandLine commandLine =
                new CommandLine(assault).setCaseInsensitiveEnumValuesAllowed(true);
        if (help) {
            describe(commandLine, terminal);
        }
        System.exit(help ? ExitCode.OK.number() : commandLine.execute(arguments));
    }

    private static void describe(CommandLine commandLine, Terminal terminal) {
        commandLine.usage(terminal.out());
        int all = 0;
        for (AttackName name : AttackName.values()) {
            terminal.result(
                    "  %-11s %2d min  %s".formatted(name, name.minutes(), name.description()));
            all += name.minutes();
        }
        terminal.result(
                ("All take about %d minutes on two cores. Each full run is kept in %s,%n"
                                + "and %s is composed of the newest of each attack.")
                        .formatted(all, RUNS, PAGE));
    }

    @Override
    public Integer call() throws Exception {
        Path checkout = Path.of(System.getProperty("breakwater.root", "."));
        Path home = checkout.resolve("bench/target/attacked");
        terminal.say("seed " + effort().seed());
        List<Results> all = new ArrayList<>();
        try (TestBed bed = TestBed.open(checkout, home, FLEET, asDistributed(), terminal::say);
                Workplace workplace = Workplace.below(checkout.resolve("bench/target/work"));
                Targets targets = new Targets(bed, Stranger.token(home), effort())) {
            for (AttackName name : names()) {
                all.add(attack(name, checkout, targets, workplace));
            }
        }
        return verdict(all.stream().flatMap(one -> one.requirements().stream()).toList());
    }

    private Effort effort() {
        if (forChecks) {
            return Effort.ofChecks();
        }
        return brief ? Effort.brief(seed) : Effort.full(seed);
    }

    private List<AttackName> names() {
        if (!wanted.isEmpty()) {
            return List.copyOf(EnumSet.copyOf(wanted));
        }
        return forChecks ? AttackName.ofChecks() : List.of(AttackName.values());
    }

    /** One attack, whose results are kept when it was made in its full length. */
    private Results attack(AttackName name, Path checkout, Targets targets, Workplace workplace)
            throws IOException, InterruptedException {
        terminal.say(name + ": " + name.description());
        Effort effort = effort();
        Results results = new Results(Machine.here(), Instant.now());
        Findings findings =
                new Findings(name.toString(), results, terminal::result, effort.isCalm());
        Attack attack = name.attack();
        long begunNanos = System.nanoTime();
        attack(attack, targets, findings, workplace.forServer(name.toString()));
        Duration took = Duration.ofNanos(System.nanoTime() - begunNanos);
        terminal.say("%s took %d s".formatted(name, took.toSeconds()));
        if (!effort.isShort()) {
            AttackRuns runs = new AttackRuns(checkout.resolve(RUNS));
            Map<String, String> versions = versions(attack.programs(effort), workplace);
            String commit = System.getProperty("breakwater.commit", "unknown");
            runs.keep(new AttackRun(name, commit, effort.seed(), took, versions, results));
            SecurityReport.write(runs.newest(), checkout.resolve(PAGE));
            terminal.say("kept in " + RUNS + ", and written to " + PAGE);
        }
        return results;
    }

    /** Benchmarks lift what one source may ask; attacks must meet it. */
    private static ServerSettings asDistributed() {
        Limit budget = Limit.API_REQUESTS_PER_SECOND_PER_SOURCE;
        return new ServerSettings(Map.of(budget.key(), budget.byDefault()), List.of());
    }

    private void attack(Attack attack, Targets targets, Findings findings, Path directory)
            throws InterruptedException {
        List<Program> missing =
                attack.programs(effort()).stream().filter(one -> !one.isInstalled()).toList();
        for (Program program : missing) {
            if (forChecks) {
                terminal.result("LEFT OUT: what needs " + program + ", which is not installed");
            } else {
                findings.atLeast(program + " is installed", 1, 0);
            }
        }
        if (!missing.isEmpty()) {
            return;
        }
        try {
            Map<Limit, Integer> lifted = attack.lifted();
            Arena arena = targets.arena(lifted, findings, directory);
            if (!lifted.isEmpty()) {
                findings.remark("with limits that are others by default: " + named(lifted));
            }
            attack.run(arena);
            boolean runs = arena.server().process().isRunning();
            findings.atLeast("the server still runs", 1, runs ? 1 : 0);
        } catch (InterruptedException ended) {
            throw ended;
        } catch (Exception failed) {
            explain(failed);
            findings.atLeast("the attack runs to its end", 1, Double.NaN);
            targets.spoil();
        }
        if (attack.leavesTraces()) {
            targets.spoil();
        }
    }

    private static String named(Map<Limit, Integer> limits) {
        return new TreeMap<>(limits)
                .entrySet().stream()
                        .map(limit -> limit.getKey().key() + " = " + limit.getValue())
                        .collect(Collectors.joining(", "));
    }

    private void explain(Exception failed) {
        String.valueOf(failed.getMessage()).lines().forEach(terminal::say);
        if (!(failed instanceof ServerFailed)) {
            failed.printStackTrace(terminal.err());
            terminal.err().flush();
        }
    }

    private static Map<String, String> versions(List<Program> programs, Workplace workplace)
            throws IOException, InterruptedException {
        Path directory = workplace.forServer("versions");
        Map<String, String> versions = new TreeMap<>();
        for (Program program : programs) {
            versions.put(program.toString(), program.version(directory).orElse("not installed"));
        }
        return versions;
    }

    private int verdict(List<Results.Requirement> all) {
        List<Results.Requirement> missed = all.stream().filter(one -> !one.isMet()).toList();
        terminal.result("%d of %d figures missed".formatted(missed.size(), all.size()));
        missed.forEach(
                one -> terminal.result("  missed: %s: %s".formatted(one.benchmark(), one.what())));
        return missed.isEmpty() ? ExitCode.OK.number() : ExitCode.CHECK_FAILED.number();
    }
}
