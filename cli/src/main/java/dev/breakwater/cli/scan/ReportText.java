/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.scan;

import dev.breakwater.cli.terminal.Table;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.server.scan.Finding;
import dev.breakwater.server.scan.Gap;
import dev.breakwater.server.scan.Remark;
import dev.breakwater.server.scan.ScanReport;
import dev.breakwater.server.scan.ScanVerdict;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A scan's report, for people and for scripts. */
record ReportText(ScanReport report, ScanVerdict verdict) {

    private static final int FINGERPRINT_SHOWN = 12;

    private String word() {
        return switch (verdict) {
            case ScanVerdict.Clean _ -> "clean";
            case ScanVerdict.Blocked _ -> "blocked";
            case ScanVerdict.NotFullyScanned _ -> "not-fully-scanned";
        };
    }

    void tell(Terminal terminal) {
        if (!report.findings().isEmpty()) {
            Table table = new Table("RULE", "WHERE", "OFFSET", "LENGTH", "BEGINS", "FINGERPRINT");
            for (Finding finding : report.findings()) {
                table.row(
                        finding.rule(),
                        finding.path().toString(),
                        Long.toString(finding.offset()),
                        Integer.toString(finding.length()),
                        finding.excerpt(),
                        finding.fingerprint().hex().substring(0, FINGERPRINT_SHOWN));
            }
            table.printTo(terminal);
        }
        for (Gap gap : report.gaps()) {
            terminal.result("not fully scanned: %s: %s".formatted(gap.path(), gap.detail()));
        }
        for (Remark remark : report.remarks()) {
            if (remark.blocks()) {
                terminal.result(
                        "dangerous entry: %s: %s".formatted(remark.path(), remark.detail()));
            }
        }
        terminal.result(
                "%s: %,d findings in %,d bytes, %,d expanded, %,d entries, %,d links, %.1f s"
                        .formatted(
                                word(),
                                report.findings().size(),
                                report.bytes(),
                                report.expandedBytes(),
                                report.entries(),
                                report.links(),
                                report.took().toMillis() / 1_000.0));
    }

    String json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("verdict", word())
                .put("name", report.name())
                .put("bytes", report.bytes())
                .put("expandedBytes", report.expandedBytes())
                .put("entries", report.entries())
                .put("links", report.links());
        ArrayNode findings = json.putArray("findings");
        for (Finding finding : report.findings()) {
            findings.addObject()
                    .put("rule", finding.rule())
                    .put("description", finding.description())
                    .put("path", finding.path().toString())
                    .put("offset", finding.offset())
                    .put("length", finding.length())
                    .put("begins", finding.excerpt())
                    .put("entropy", Math.round(finding.entropy() * 100) / 100.0)
                    .put("fingerprint", finding.fingerprint().hex())
                    .put("occurrences", finding.occurrences());
        }
        ArrayNode gaps = json.putArray("gaps");
        for (Gap gap : report.gaps()) {
            gaps.addObject()
                    .put("kind", word(gap.kind()))
                    .put("path", gap.path().toString())
                    .put("offset", gap.offset())
                    .put("detail", gap.detail())
                    .put("fingerprint", gap.fingerprint().hex());
        }
        ArrayNode remarks = json.putArray("remarks");
        for (Remark remark : report.remarks()) {
            remarks.addObject()
                    .put("kind", word(remark.kind()))
                    .put("path", remark.path().toString())
                    .put("detail", remark.detail())
                    .put("blocks", remark.blocks())
                    .put("fingerprint", remark.fingerprint().hex());
        }
        return json.toString();
    }

    private static String word(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
