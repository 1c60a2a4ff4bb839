/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

import dev.breakwater.server.scan.Finding;
import dev.breakwater.server.scan.Fingerprint;
import dev.breakwater.server.scan.Gap;
import dev.breakwater.server.scan.Remark;
import dev.breakwater.server.scan.ScanReport;
import dev.breakwater.server.scan.Waiver;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a scan saw in an artifact, and who answers for it. It holds no secret.
 *
 * @param number its place among those of the artifact, from 1 on
 * @param kind {@code secret}, {@code entry} for a dangerous entry of an archive, {@code gap} for
 *     what was not looked into
 * @param rule what found it
 * @param place from the artifact down to the innermost entry
 * @param offset of its first byte there
 * @param excerpt how a secret begins; empty for what is none
 * @param occurrences how often it stands there
 * @param blocks whether a release waits for it unless it is waived
 * @param waiver whether it still counts depends on the time
 */
public record VettedFinding(
        long number,
        Fingerprint fingerprint,
        String kind,
        String rule,
        String description,
        String place,
        long offset,
        String excerpt,
        long occurrences,
        boolean blocks,
        Optional<Waiver> waiver) {

    /** What a report holds, secrets first. */
    static List<VettedFinding> of(ScanReport report) {
        List<VettedFinding> all = new ArrayList<>();
        for (Finding finding : report.findings()) {
            all.add(
                    new VettedFinding(
                            all.size() + 1L,
                            finding.fingerprint(),
                            "secret",
                            finding.rule(),
                            finding.description(),
                            finding.path().toString(),
                            finding.offset(),
                            finding.excerpt(),
                            finding.occurrences(),
                            true,
                            Optional.empty()));
        }
        for (Remark remark : report.remarks()) {
            all.add(
                    new VettedFinding(
                            all.size() + 1L,
                            remark.fingerprint(),
                            "entry",
                            code(remark.kind()),
                            remark.detail(),
                            remark.path().toString(),
                            0,
                            "",
                            1,
                            remark.blocks(),
                            Optional.empty()));
        }
        for (Gap gap : report.gaps()) {
            all.add(
                    new VettedFinding(
                            all.size() + 1L,
                            gap.fingerprint(),
                            "gap",
                            code(gap.kind()),
                            gap.detail(),
                            gap.path().toString(),
                            gap.offset(),
                            "",
                            1,
                            true,
                            Optional.empty()));
        }
        return List.copyOf(all);
    }

    /** How many of them a release waits for while nobody answers for any. */
    static long blocking(List<VettedFinding> findings) {
        return findings.stream().filter(VettedFinding::blocks).count();
    }

    private static String code(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
