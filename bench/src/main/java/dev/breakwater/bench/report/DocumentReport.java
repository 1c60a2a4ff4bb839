/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results as a page of the documentation, with plots beside it. */
public final class DocumentReport {

    private static final String PLOTS = "benchmarks";

    private final Results results;
    private final Path directory;
    private final StringBuilder page = new StringBuilder();

    private DocumentReport(Results results, Path directory) {
        this.results = results;
        this.directory = directory;
    }

    /** Writes {@code benchmarks.md} and its plots into a directory; returns the page's file. */
    public static Path write(Results results, Path directory) throws IOException {
        return new DocumentReport(results, directory).write();
    }

    private Path write() throws IOException {
        Files.createDirectories(directory.resolve(PLOTS));
        line("# Benchmarks");
        line("");
        line(
                "Written by `./breakwater bench ... --report docs`, not by hand. The load shares the machine with");
        line(
                "the server it measures, so what counts is the CPU time that the server itself spends, and the ratio to others in the same run.");
        line("");
        line("- measured at " + results.begunAt());
        line("- " + results.machine());
        line("");
        contenders();
        requirements();
        for (String benchmark : benchmarks()) {
            section(benchmark);
        }
        Path file = directory.resolve("benchmarks.md");
        Files.writeString(file, page);
        return file;
    }

    private List<String> benchmarks() {
        return results.figures().stream().map(Results.Figure::benchmark).distinct().toList();
    }

    private void contenders() {
        line("## Who took part, and what an acknowledgement of QoS 1 is worth");
        line("");
        line(
                "All with TLS 1.3, a certificate of its own for each device, and no session resumption.");
        line("");
        line("| server | version | setting | its PUBACK promises |");
        line("|---|---|---|---|");
        for (Results.Contender one : results.contenders()) {
            line(
                    "| %s | %s | %s | %s |"
                            .formatted(one.server(), one.version(), one.setting(), one.promise()));
        }
        line("");
    }

    private void requirements() {
        line("## What is required");
        line("");
        line("| benchmark | required | limit | measured | |");
        line("|---|---|---|---|---|");
        for (Results.Requirement one : results.requirements()) {
            line(
                    "| %s | %s | %s %s | %s | %s |"
                            .formatted(
                                    one.benchmark(),
                                    one.what(),
                                    one.comparison(),
                                    TextReport.number(one.limit()),
                                    TextReport.number(one.measured()),
                                    one.isMet() ? "met" : "**missed**"));
        }
        line("");
    }

    private void section(String benchmark) throws IOException {
        line("## " + benchmark.substring(0, 1).toUpperCase(Locale.ROOT) + benchmark.substring(1));
        line("");
        for (String remark : results.remarks()) {
            if (remark.startsWith(benchmark + ": ")) {
                line("- " + remark.substring(benchmark.length() + 2));
            }
        }
        line("");
        Map<String, List<Results.Figure>> rows = new LinkedHashMap<>();
        List<String> servers = new ArrayList<>();
        for (Results.Figure one : results.figures()) {
            if (one.benchmark().equals(benchmark)) {
                rows.computeIfAbsent(one.name(), _ -> new ArrayList<>()).add(one);
                if (!servers.contains(one.server())) {
                    servers.add(one.server());
                }
            }
        }
        line("| | " + String.join(" | ", servers) + " |");
        line("|---|" + "---|".repeat(servers.size()));
        rows.forEach((name, figures) -> line(row(name, figures, servers)));
        line("");
        bars(benchmark, rows, servers);
        curves(benchmark);
    }

    private static String row(String name, List<Results.Figure> figures, List<String> servers) {
        String unit = figures.getFirst().unit();
        StringBuilder row = new StringBuilder("| ").append(name);
        row.append(unit.isEmpty() ? "" : ", " + unit).append(" |");
        for (String server : servers) {
            row.append(' ')
                    .append(
                            figures.stream()
                                    .filter(figure -> figure.server().equals(server))
                                    .findFirst()
                                    .map(figure -> TextReport.number(figure.value()))
                                    .orElse(""))
                    .append(" |");
        }
        return row.toString();
    }

    /** The first figure is the one that the benchmark is about. */
    private void bars(
            String benchmark, Map<String, List<Results.Figure>> rows, List<String> servers)
            throws IOException {
        if (servers.size() < 2) {
            return;
        }
        List<Results.Figure> figures = rows.values().iterator().next();
        String title = figures.getFirst().name() + ", " + figures.getFirst().unit();
        plot(
                benchmark,
                title,
                SvgPlot.bars(
                        title,
                        figures.stream()
                                .map(one -> new SvgPlot.Bar(one.server(), one.value()))
                                .toList()));
    }

    private void curves(String benchmark) throws IOException {
        List<Results.Curve> curves =
                results.curves().stream().filter(one -> one.benchmark().equals(benchmark)).toList();
        if (!curves.isEmpty()) {
            String title = curves.getFirst().y() + " by " + curves.getFirst().x();
            plot(benchmark + "-curve", title, SvgPlot.lines(title, curves));
        }
    }

    private void plot(String name, String title, String svg) throws IOException {
        Files.writeString(directory.resolve(PLOTS).resolve(name + ".svg"), svg);
        line("![%s](%s/%s.svg)".formatted(title, PLOTS, name));
        line("");
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}
