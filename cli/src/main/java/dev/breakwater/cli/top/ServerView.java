/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.top;

import dev.breakwater.cli.terminal.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What happened between two looks at a server, as lines: a value now where something is, a rate
 * where something is counted.
 */
final class ServerView {

    private static final int REASONS_SHOWN_MAX = 10;

    private final MetricsPage earlier;
    private final MetricsPage now;
    private final JsonNode devices;
    private final double seconds;

    /**
     * @param devices the heaviest devices, as the operations port lists them
     */
    ServerView(MetricsPage earlier, MetricsPage now, JsonNode devices) {
        this.earlier = earlier;
        this.now = now;
        this.devices = devices;
        Duration between = now.since(earlier);
        this.seconds = between.toNanos() / 1e9;
    }

    /** The whole screen, from the top. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.addAll(channel().lines());
        lines.add("");
        lines.addAll(store().lines());
        lines.add("");
        lines.addAll(refusals());
        lines.add("");
        lines.addAll(heaviest());
        return lines;
    }

    private Table channel() {
        Table table =
                new Table(
                        "CONNECTIONS",
                        "HANDSHAKES/s",
                        "FAILED/s",
                        "HALF-OPEN",
                        "SHED/s",
                        "SLOWED",
                        "IN msg/s",
                        "IN KiB/s",
                        "OUT msg/s");
        table.row(
                amount(now.sum("breakwater_channel_connections")),
                rate("breakwater_channel_handshakes_total", "outcome", "done"),
                rate("breakwater_channel_handshakes_total", "outcome", "failed"),
                amount(now.sum("breakwater_channel_half_open")),
                rate(perSecond("breakwater_channel_shed_total")),
                amount(now.sum("breakwater_quota_slowed_now")),
                rate(publishes("received")),
                rate(
                        perSecond("breakwater_channel_bytes_total", Map.of("direction", "received"))
                                / 1024),
                rate(publishes("sent")));
        return table;
    }

    private double publishes(String direction) {
        return perSecond(
                "breakwater_channel_packets_total",
                Map.of("direction", direction, "type", "publish"));
    }

    private Table store() {
        Table table =
                new Table("WRITES WAITING", "COMMITS/s", "WRITES/COMMIT", "ms/COMMIT", "PAUSES/s");
        double commits = perSecond("breakwater_store_commit_seconds_count");
        table.row(
                amount(now.sum("breakwater_store_writes_waiting")),
                rate(commits),
                rate(commits == 0 ? 0 : perSecond("breakwater_store_commit_writes_sum") / commits),
                rate(
                        commits == 0
                                ? 0
                                : perSecond("breakwater_store_commit_seconds_sum")
                                        / commits
                                        * 1000),
                rate(perSecond("breakwater_channel_pauses_total")));
        return table;
    }

    private List<String> refusals() {
        Table table = new Table("REFUSED BECAUSE", "BY", "/s", "IN ALL");
        now.of("breakwater_refusals_total").stream()
                .sorted(
                        Comparator.comparingDouble(this::sinceEarlier)
                                .thenComparingDouble(MetricsPage.Sample::value)
                                .reversed())
                .limit(REASONS_SHOWN_MAX)
                .forEach(
                        sample ->
                                table.row(
                                        sample.labels().getOrDefault("reason", ""),
                                        sample.labels().getOrDefault("where", ""),
                                        rate(sinceEarlier(sample) / seconds),
                                        amount(sample.value())));
        return table.lines();
    }

    private double sinceEarlier(MetricsPage.Sample sample) {
        double before =
                earlier.of("breakwater_refusals_total").stream()
                        .filter(other -> other.labels().equals(sample.labels()))
                        .mapToDouble(MetricsPage.Sample::value)
                        .sum();
        return growth(before, sample.value());
    }

    private List<String> heaviest() {
        Table table = new Table("HEAVIEST DEVICES", "packets/s", "KiB/s", "SLOWED");
        for (JsonNode device : devices.path("devices")) {
            table.row(
                    device.path("id").asString(""),
                    rate(device.path("packetsPerSecond").asDouble(0)),
                    rate(device.path("bytesPerSecond").asDouble(0) / 1024),
                    device.path("slowed").asBoolean(false) ? "yes" : "");
        }
        return table.lines();
    }

    private String rate(String metric, String label, String value) {
        return rate(perSecond(metric, Map.of(label, value)));
    }

    private double perSecond(String metric) {
        return perSecond(metric, Map.of());
    }

    private double perSecond(String metric, Map<String, String> labels) {
        return growth(earlier.sum(metric, labels), now.sum(metric, labels)) / seconds;
    }

    /** A counter that is smaller than before began anew: the server was restarted in between. */
    private static double growth(double before, double after) {
        return after < before ? after : after - before;
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%,.0f", perSecond);
    }

    private static String amount(double count) {
        return String.format(Locale.ROOT, "%,.0f", count);
    }
}
