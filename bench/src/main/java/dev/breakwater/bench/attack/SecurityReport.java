/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.report.Results;
import dev.breakwater.bench.report.TextReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What was found, as a page of the documentation. */
final class SecurityReport {

    private final StringBuilder page = new StringBuilder();

    private SecurityReport() {}

    /**
     * Writes the page.
     *
     * @param versions of the outside programs, by their names
     */
    static void write(Results results, Map<String, String> versions, Path file) throws IOException {
        Files.writeString(file, text(results, versions));
    }

    static String text(Results results, Map<String, String> versions) {
        SecurityReport report = new SecurityReport();
        report.head(results, versions);
        report.summary(results);
        results.requirements().stream()
                .map(Results.Requirement::benchmark)
                .distinct()
                .forEach(attack -> report.section(results, attack));
        return report.page.toString();
    }

    private void head(Results results, Map<String, String> versions) {
        line("# Security tests");
        line("");
        line(
                "Written by `./build attack`, not by hand: attacks on the distribution, on loopback, with the limits that");
        line(
                "it has by default. Whoever attacks has other source addresses than the probe whose figures stand here,");
        line("and a lower priority, since it shares the machine with the server.");
        line("");
        line("- " + results.machine());
        versions.forEach((program, version) -> line("- " + program + " " + version));
        line("");
    }

    private void summary(Results results) {
        List<Results.Requirement> all = results.requirements();
        long met = all.stream().filter(Results.Requirement::isMet).count();
        line("%d of %d figures are met.".formatted(met, all.size()));
        line("");
    }

    private void section(Results results, String attack) {
        line("## " + attack);
        line("");
        line("| what must be | figure | measured | |");
        line("|---|---|---|---|");
        results.requirements().stream()
                .filter(one -> one.benchmark().equals(attack))
                .forEach(
                        one ->
                                line(
                                        "| %s | %s %s | %s | %s |"
                                                .formatted(
                                                        cell(one.what()),
                                                        one.comparison(),
                                                        TextReport.number(one.limit()),
                                                        TextReport.number(one.measured()),
                                                        one.isMet() ? "met" : "**missed**")));
        line("");
        List<String> remarks =
                results.remarks().stream()
                        .filter(remark -> remark.startsWith(attack + ": "))
                        .map(remark -> remark.substring(attack.length() + 2))
                        .toList();
        remarks.forEach(remark -> line("- " + remark));
        if (!remarks.isEmpty()) {
            line("");
        }
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}
