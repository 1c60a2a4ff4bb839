/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.product;

import dev.breakwater.cli.terminal.Table;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.risk.advice.AdviceDocument;
import dev.breakwater.server.risk.advice.AdviceDocument.OptionView;
import dev.breakwater.server.risk.advice.Cost;
import dev.breakwater.server.risk.advice.Figure;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Advice for people: the proposal and why, what each choice costs, what it leaves open. */
final class AdviceSheet {

    private final AdviceDocument advice;
    private final Terminal terminal;

    AdviceSheet(AdviceDocument advice, Terminal terminal) {
        this.advice = advice;
        this.terminal = terminal;
    }

    void print() {
        terminal.result("Proposed: " + advice.proposed());
        advice.rules()
                .forEach(
                        rule ->
                                terminal.result(
                                        "  at least " + rule.atLeast() + ": " + rule.because()));
        advice.notes().forEach(note -> terminal.result("  note: " + note));
        terminal.result("");
        costs();
        for (OptionView option : advice.options()) {
            terminal.result("");
            terminal.result(option.riskProfile() + (option.proposed() ? " (proposed)" : ""));
            option.handling().forEach(line -> terminal.result("  costs trouble: " + line));
            option.leavesOpen().forEach(line -> terminal.result("  leaves open: " + line));
        }
        terminal.result("");
        for (Figure figure : advice.figures()) {
            terminal.result(
                    "%s: %s = %s %s. %s"
                            .formatted(
                                    figure.basis(),
                                    figure.name(),
                                    number(figure.value()),
                                    figure.unit(),
                                    figure.source()));
        }
    }

    private void costs() {
        List<OptionView> options = advice.options();
        String[] headings = new String[options.size() + 1];
        headings[0] = "WHAT IT COSTS";
        for (int i = 0; i < options.size(); i++) {
            headings[i + 1] = options.get(i).riskProfile().toUpperCase(Locale.ROOT);
        }
        Table table = new Table(headings);
        row(table, "server CPU per connect, ms (measured)", Cost::serverCpuMillisPerConnect);
        row(table, "server memory per device, KiB (measured)", Cost::serverMemoryKibPerConnection);
        row(table, "server CPU per day, whole fleet, s", Cost::serverCpuSecondsPerDay);
        row(table, "server memory, whole fleet, MiB", Cost::serverMemoryMib);
        row(table, "certificates per device and year", cost -> (double) cost.renewalsPerYear());
        row(table, "battery per connect, mJ (estimate)", Cost::batteryMillijoulesPerConnect);
        row(table, "battery per day, mJ (estimate)", Cost::batteryMillijoulesPerDay);
        row(table, "parts, US cents, from (assumption)", cost -> (double) cost.partsCentsLowest());
        row(table, "parts, US cents, to (assumption)", cost -> (double) cost.partsCentsHighest());
        table.printTo(terminal);
    }

    private void row(Table table, String name, Function<Cost, Double> value) {
        String[] cells = new String[advice.options().size() + 1];
        cells[0] = name;
        for (int i = 1; i < cells.length; i++) {
            cells[i] = number(value.apply(advice.options().get(i - 1).cost()));
        }
        table.row(cells);
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%s", value);
    }
}
