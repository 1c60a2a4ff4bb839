/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.report.TextReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was found, as a page of the documentation. */
final class SecurityReport {

    private final StringBuilder page = new StringBuilder();

    private SecurityReport() {}

    /**
     * Writes the page.
     *
     * @param runs the newest of each attack; one that is not among them never ran
     */
    static void write(Map<AttackName, AttackRun> runs, Path file) throws IOException {
        Files.writeString(file, text(runs));
    }

    static String text(Map<AttackName, AttackRun> runs) {
        SecurityReport report = new SecurityReport();
        report.head();
        report.summary(runs);
        for (AttackName name : AttackName.values()) {
            AttackRun run = runs.get(name);
            if (run != null) {
                report.section(run);
            }
        }
        return report.page.toString();
    }

    private void head() {
        line("# Security tests");
        line("");
        line(
                "Written by `./build attack`, not by hand: attacks on the distribution, on loopback, with the limits that");
        line(
                "it has by default; where an attack runs with others, it says so. Whoever attacks has other source addresses than");
        line(
                "the probe whose figures stand here, and a lower priority, since it shares the machine with the server.");
        line("");
        line(
                "Each attack stands here as it was run last in its full length, on the commit named beside it. `-dirty`");
        line("means that the sources were not the commit's to the letter.");
        line("");
    }

    private void summary(Map<AttackName, AttackRun> runs) {
        line("| attack | what it is | begun (UTC) | commit | figures met | took |");
        line("|---|---|---|---|---|---|");
        for (AttackName name : AttackName.values()) {
            AttackRun run = runs.get(name);
            String row =
                    run == null
                            ? "**not run** | | |"
                            : "%s | %s | %d of %d | %d s"
                                    .formatted(
                                            begun(run),
                                            run.commit(),
                                            run.met(),
                                            run.results().requirements().size(),
                                            run.took().toSeconds());
            line("| %s | %s | %s |".formatted(name, cell(name.description()), row));
        }
        line("");
    }

    private static String begun(AttackRun run) {
        return run.results().begunAt().truncatedTo(ChronoUnit.MINUTES).toString();
    }

    private void section(AttackRun run) {
        Results results = run.results();
        String attack = run.attack().toString();
        line("## " + attack);
        line("");
        line("| what must be | figure | measured | |");
        line("|---|---|---|---|");
        for (Results.Requirement one : results.requirements()) {
            line(
                    "| %s | %s %s | %s | %s |"
                            .formatted(
                                    cell(one.what()),
                                    one.comparison(),
                                    TextReport.number(one.limit()),
                                    TextReport.number(one.measured()),
                                    one.isMet() ? "met" : "**missed**"));
        }
        line("");
        List<String> remarks = results.remarks();
        for (String remark : remarks) {
            String prefix = attack + ": ";
            line("- " + (remark.startsWith(prefix) ? remark.substring(prefix.length()) : remark));
        }
        line("- seed %d, on %s".formatted(run.seed(), results.machine()));
        new TreeMap<>(run.versions())
                .forEach((program, version) -> line("- " + program + " " + version));
        line("");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}
