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
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
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

    private final Terminal terminal;

    @Parameters(
            paramLabel = "NAME",
            description = "Any of ${COMPLETION-CANDIDATES}; all without one.")
    private List<AttackName> wanted = List.of();

    @Option(names = "--short", description = "A few seconds for each; writes no page.")
    private boolean brief;

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
            commandLine.usage(terminal.out());
            for (AttackName name : AttackName.values()) {
                terminal.result("  %-11s %s".formatted(name, name.description()));
            }
        }
        System.exit(help ? ExitCode.OK.number() : commandLine.execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path checkout = Path.of(System.getProperty("breakwater.root", "."));
        Path home = checkout.resolve("bench/target/attacked");
        Effort effort = brief ? Effort.brief(seed) : Effort.full(seed);
        Set<AttackName> names =
                wanted.isEmpty() ? EnumSet.allOf(AttackName.class) : EnumSet.copyOf(wanted);
        Results results = new Results(Machine.here(), Instant.now());
        terminal.say("seed " + seed);
        try (TestBed bed = TestBed.open(checkout, home, FLEET, asDistributed(), terminal::say);
                Workplace workplace = Workplace.below(checkout.resolve("bench/target/work"));
                Targets targets = new Targets(bed, Stranger.token(home), effort)) {
            for (AttackName name : names) {
                terminal.say(name + ": " + name.description());
                Findings findings = new Findings(name.toString(), results, terminal::result);
                long begunNanos = System.nanoTime();
                attack(name.attack(), targets, findings, workplace.forServer(name.toString()));
                Duration took = Duration.ofNanos(System.nanoTime() - begunNanos);
                terminal.say("%s took %d s".formatted(name, took.toSeconds()));
            }
            if (!brief && wanted.isEmpty()) {
                Path page = checkout.resolve("docs/security-tests.md");
                SecurityReport.write(results, versions(workplace), page);
                terminal.say("page written to " + page);
            }
        }
        return verdict(results);
    }

    /** Benchmarks lift what one source may ask; attacks must meet it. */
    private static ServerSettings asDistributed() {
        Limit budget = Limit.API_REQUESTS_PER_SECOND_PER_SOURCE;
        return new ServerSettings(Map.of(budget.key(), budget.byDefault()), List.of());
    }

    private void attack(Attack attack, Targets targets, Findings findings, Path directory)
            throws InterruptedException {
        List<Program> missing =
                attack.programs().stream().filter(one -> !one.isInstalled()).toList();
        for (Program program : missing) {
            findings.atLeast(program + " is installed", 1, 0);
        }
        if (!missing.isEmpty()) {
            return;
        }
        try {
            Arena arena = targets.arena(findings, directory);
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

    private void explain(Exception failed) {
        String.valueOf(failed.getMessage()).lines().forEach(terminal::say);
        if (!(failed instanceof ServerFailed)) {
            failed.printStackTrace(terminal.err());
            terminal.err().flush();
        }
    }

    private static Map<String, String> versions(Workplace workplace)
            throws IOException, InterruptedException {
        Path directory = workplace.forServer("versions");
        Map<String, String> versions = new TreeMap<>();
        for (Program program : Program.values()) {
            versions.put(program.toString(), program.version(directory).orElse("not installed"));
        }
        return versions;
    }

    private int verdict(Results results) {
        long missed = results.requirements().stream().filter(one -> !one.isMet()).count();
        terminal.result("%d of %d figures missed".formatted(missed, results.requirements().size()));
        results.requirements().stream()
                .filter(one -> !one.isMet())
                .forEach(
                        one ->
                                terminal.result(
                                        "  missed: %s: %s".formatted(one.benchmark(), one.what())));
        return missed == 0 ? ExitCode.OK.number() : ExitCode.CHECK_FAILED.number();
    }
}
