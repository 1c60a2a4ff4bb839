/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.report;

import com.google.errorprone.annotations.FormatMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Plots that a browser draws: bars to compare, lines to follow. */
final class SvgPlot {

    private static final int WIDTH = 720;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 40;
    private static final int LINES_HEIGHT = 360;
    private static final int LINES_BOTTOM = 310;
    private static final int BAR_LEFT = 110;
    private static final int BAR_RIGHT = 110;
    private static final int BAR_HEIGHT = 22;
    private static final int BAR_STEP = 32;
    private static final int TICKS = 5;

    /** Told apart by all common kinds of sight (Okabe and Ito). */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00");

    private final StringBuilder svg = new StringBuilder();

    private SvgPlot(String title, int height) {
        svg.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
                <rect width="100%%" height="100%%" fill="white"/>
                """
                        .formatted(WIDTH, height));
        text(WIDTH / 2.0, 22, "middle", title, "bold");
    }

    /** A bar and what it is called. */
    record Bar(String label, double value) {}

    /** One bar below the other. */
    static String bars(String title, List<Bar> bars) {
        SvgPlot plot = new SvgPlot(title, TOP + bars.size() * BAR_STEP + 10);
        double longest = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double y = TOP + i * (double) BAR_STEP;
            double width = (WIDTH - BAR_LEFT - BAR_RIGHT) * bar.value() / longest;
            plot.add(
                    "<rect x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                    BAR_LEFT, y, width, BAR_HEIGHT, colour(i));
            double baseline = y + BAR_HEIGHT - 6;
            plot.text(BAR_LEFT - 8, baseline, "end", bar.label(), "normal");
            plot.text(
                    BAR_LEFT + width + 6,
                    baseline,
                    "start",
                    TextReport.number(bar.value()),
                    "normal");
        }
        return plot.end();
    }

    /** Curves of the same kind over the same axes, which begin at zero. */
    static String lines(String title, List<Results.Curve> curves) {
        SvgPlot plot = new SvgPlot(title, LINES_HEIGHT);
        double xMax = max(curves, true);
        double yMax = max(curves, false);
        plot.axes(curves.getFirst(), xMax, yMax);
        for (int i = 0; i < curves.size(); i++) {
            List<String> points = new ArrayList<>();
            for (Results.Point point : curves.get(i).points()) {
                points.add(format("%.1f,%.1f", x(point.x() / xMax), y(point.y() / yMax)));
            }
            plot.add(
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
                    String.join(" ", points), colour(i));
            double legend = TOP + 6 + i * 18.0;
            plot.add(
                    "<rect x=\"%d\" y=\"%.1f\" width=\"12\" height=\"12\" fill=\"%s\"/>",
                    LEFT + 12, legend, colour(i));
            plot.text(LEFT + 30, legend + 11, "start", curves.get(i).server(), "normal");
        }
        return plot.end();
    }

    private void axes(Results.Curve any, double xMax, double yMax) {
        for (int tick = 0; tick <= TICKS; tick++) {
            double part = tick / (double) TICKS;
            add(
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>",
                    LEFT, y(part), WIDTH - RIGHT, y(part));
            text(LEFT - 8, y(part) + 4, "end", TextReport.number(part * yMax), "normal");
            text(x(part), LINES_BOTTOM + 18, "middle", TextReport.number(part * xMax), "normal");
        }
        text((LEFT + WIDTH - RIGHT) / 2.0, LINES_BOTTOM + 40, "middle", any.x(), "normal");
        text(LEFT, TOP - 6, "middle", any.y(), "normal");
    }

    /** A round number that none of the points exceeds. */
    private static double max(List<Results.Curve> curves, boolean ofX) {
        double highest =
                curves.stream()
                        .flatMap(curve -> curve.points().stream())
                        .mapToDouble(point -> ofX ? point.x() : point.y())
                        .max()
                        .orElse(1);
        if (highest <= 0) {
            return 1;
        }
        double unit = Math.pow(10, Math.floor(Math.log10(highest)));
        return Math.ceil(highest / unit * 2) / 2 * unit;
    }

    private static double x(double part) {
        return LEFT + part * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double part) {
        return LINES_BOTTOM - part * (LINES_BOTTOM - TOP);
    }

    private static String colour(int number) {
        return COLOURS.get(number % COLOURS.size());
    }

    private void text(double x, double y, String anchor, String words, String weight) {
        add(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-weight=\"%s\">%s</text>",
                x,
                y,
                anchor,
                weight,
                words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
    }

    @FormatMethod
    private void add(String form, Object... values) {
        svg.append(format(form, values)).append('\n');
    }

    @FormatMethod
    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }

    private String end() {
        return svg.append("</svg>\n").toString();
    }
}
