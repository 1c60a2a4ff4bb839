/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.top;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One look at everything a server counts, in the Prometheus text format 0.0.4.
 *
 * @param sinceStartNanos when it was taken, on a clock that only serves to compare two looks
 * @param samples by the name of their metric, in the order of the page
 */
record MetricsPage(long sinceStartNanos, Map<String, List<Sample>> samples) {

    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)(?: -?[0-9]+)?");

    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

    /** One counter or gauge with its labels. */
    record Sample(Map<String, String> labels, double value) {}

    /** Reads a page; a line that is none of a sample's form is passed over, as comments are. */
    static MetricsPage parse(String text, long sinceStartNanos) {
        Map<String, List<Sample>> samples = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches()) {
                samples.computeIfAbsent(sample.group(1), _ -> new ArrayList<>())
                        .add(
                                new Sample(
                                        labels(sample.group(2) == null ? "" : sample.group(2)),
                                        number(sample.group(3))));
            }
        }
        return new MetricsPage(sinceStartNanos, samples);
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text);
        while (label.find()) {
            String value = label.group(2);
            labels.put(
                    label.group(1),
                    value.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\"));
        }
        return labels;
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> {
                try {
                    yield Double.parseDouble(text);
                } catch (NumberFormatException notANumber) {
                    yield Double.NaN;
                }
            }
        };
    }

    /** All samples of a metric; none if the server does not count it. */
    List<Sample> of(String metric) {
        return samples.getOrDefault(metric, List.of());
    }

    /** The sum of those samples of a metric that carry all of these labels. */
    double sum(String metric, Map<String, String> labels) {
        return of(metric).stream()
                .filter(sample -> sample.labels().entrySet().containsAll(labels.entrySet()))
                .mapToDouble(Sample::value)
                .sum();
    }

    /** The sum of all samples of a metric. */
    double sum(String metric) {
        return sum(metric, Map.of());
    }

    /** The time from an earlier look to this one; never zero. */
    Duration since(MetricsPage earlier) {
        return Duration.ofNanos(Math.max(1, sinceStartNanos - earlier.sinceStartNanos));
    }
}
