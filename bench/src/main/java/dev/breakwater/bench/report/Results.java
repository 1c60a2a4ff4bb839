/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What was measured, in the order in which it was. One thread at a time. */
public final class Results {

    private final Machine machine;
    private final Instant begunAt;
    private final List<Contender> contenders = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<Curve> curves = new ArrayList<>();
    private final List<Requirement> requirements = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    /** Nothing yet. */
    public Results(Machine machine, Instant begunAt) {
        this.machine = machine;
        this.begunAt = begunAt;
    }

    /**
     * A server that took part.
     *
     * @param setting what was set differently from its defaults
     * @param promise what its PUBACK promises in that setting
     */
    public record Contender(String server, String version, String setting, String promise) {}

    /** One number, e.g. ingest, breakwater, acknowledged, 1/s. */
    public record Figure(String benchmark, String server, String name, String unit, double value) {}

    /** Numbers in a row, for a plot. */
    public record Curve(String benchmark, String server, String x, String y, List<Point> points) {}

    /** One place of a curve. */
    public record Point(double x, double y) {}

    /**
     * What a figure must be.
     *
     * @param comparison {@code <=}, {@code <} or {@code >=}
     * @param measured not a number when it was not measured
     */
    public record Requirement(
            String benchmark, String what, String comparison, double limit, double measured) {

        /** Whether it is so. What was not measured is not met. */
        public boolean isMet() {
            return switch (comparison) {
                case "<=" -> measured <= limit;
                case "<" -> measured < limit;
                case ">=" -> measured >= limit;
                case String other -> throw new IllegalArgumentException(other);
            };
        }
    }

    /** Names a server, once. */
    public void contender(Contender contender) {
        if (contenders.stream().noneMatch(known -> known.server().equals(contender.server()))) {
            contenders.add(contender);
        }
    }

    /** Adds a number. */
    public void figure(String benchmark, String server, String name, String unit, double value) {
        figure(new Figure(benchmark, server, name, unit, value));
    }

    /** Adds a number. */
    void figure(Figure figure) {
        figures.add(figure);
    }

    /** Adds a curve. */
    public void curve(Curve curve) {
        curves.add(curve);
    }

    /** Adds what a figure must be. */
    public void require(
            String benchmark, String what, String comparison, double limit, double measured) {
        require(new Requirement(benchmark, what, comparison, limit, measured));
    }

    /** Adds what a figure must be. */
    void require(Requirement requirement) {
        requirements.add(requirement);
    }

    /** Adds what a reader must know. */
    public void remark(String sentence) {
        remarks.add(sentence);
    }

    /** Adds what an earlier run has measured of benchmarks that this one has not, and says when. */
    public void add(Results earlier) {
        Set<String> mine = benchmarks();
        for (String benchmark : earlier.benchmarks()) {
            if (mine.contains(benchmark)) {
                continue;
            }
            copy(earlier.figures, Figure::benchmark, benchmark, figures);
            copy(earlier.curves, Curve::benchmark, benchmark, curves);
            copy(earlier.requirements, Requirement::benchmark, benchmark, requirements);
            List<String> said =
                    earlier.remarks.stream()
                            .filter(remark -> remark.startsWith(benchmark + ": "))
                            .toList();
            remarks.addAll(said);
            String ownRun = benchmark + ": measured in a run of its own, at ";
            if (said.stream().noneMatch(remark -> remark.startsWith(ownRun))) {
                remark(ownRun + "%s on %s".formatted(earlier.begunAt, earlier.machine));
            }
            earlier.contenders.forEach(this::contender);
        }
    }

    private static <T> void copy(
            List<T> from, Function<T, String> benchmarkOf, String benchmark, List<T> to) {
        from.stream().filter(one -> benchmarkOf.apply(one).equals(benchmark)).forEach(to::add);
    }

    /** What was measured, also what failed and has no figure. */
    private Set<String> benchmarks() {
        Set<String> names = new LinkedHashSet<>();
        figures.forEach(one -> names.add(one.benchmark()));
        requirements.forEach(one -> names.add(one.benchmark()));
        return names;
    }

    /** The number of this name, if it was measured. */
    public Optional<Double> value(String benchmark, String server, String name) {
        return figures.stream()
                .filter(
                        one ->
                                one.benchmark().equals(benchmark)
                                        && one.server().equals(server)
                                        && one.name().equals(name))
                .map(Figure::value)
                .findFirst();
    }

    /** Where it was measured. */
    public Machine machine() {
        return machine;
    }

    /** When measuring began. */
    public Instant begunAt() {
        return begunAt;
    }

    /** Who took part. */
    public List<Contender> contenders() {
        return List.copyOf(contenders);
    }

    /** All numbers. */
    public List<Figure> figures() {
        return List.copyOf(figures);
    }

    /** All curves. */
    public List<Curve> curves() {
        return List.copyOf(curves);
    }

    /** All that figures must be. */
    public List<Requirement> requirements() {
        return List.copyOf(requirements);
    }

    /** All remarks. */
    public List<String> remarks() {
        return List.copyOf(remarks);
    }
}
