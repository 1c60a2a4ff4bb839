/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.report;

import dev.breakwater.cli.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results as lines for a terminal. */
public final class TextReport {

    private TextReport() {}

    /** All of it. */
    public static List<String> lines(Results results) {
        List<String> lines = new ArrayList<>();
        lines.add(results.machine().toString());
        Table figures = new Table("BENCHMARK", "SERVER", "FIGURE", "VALUE", "UNIT");
        for (Results.Figure one : results.figures()) {
            figures.row(one.benchmark(), one.server(), one.name(), number(one.value()), one.unit());
        }
        lines.addAll(figures.lines());
        if (!results.requirements().isEmpty()) {
            lines.add("");
            Table requirements = new Table("BENCHMARK", "REQUIRED", "LIMIT", "MEASURED", "");
            for (Results.Requirement one : results.requirements()) {
                requirements.row(
                        one.benchmark(),
                        one.what(),
                        one.comparison() + " " + number(one.limit()),
                        number(one.measured()),
                        one.isMet() ? "met" : "MISSED");
            }
            lines.addAll(requirements.lines());
        }
        results.remarks().forEach(remark -> lines.add("note: " + remark));
        return lines;
    }

    /** As many digits as mean something. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return "not measured";
        }
        double size = Math.abs(value);
        String form = size >= 1_000 || value == Math.rint(value) ? "%,.0f" : "%.3g";
        if (size >= 100 && size < 1_000) {
            form = "%.0f";
        } else if (size < 1e-3 && value != 0) {
            form = "%.2e";
        }
        return String.format(Locale.ROOT, form, value);
    }
}
