/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import dev.breakwater.server.scan.rule.Entropy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a scan has seen so far. One thread. */
final class Tally {

    private static final int GAPS_MAX = 100;
    private static final int REMARKS_MAX = 200;

    private final Budget budget;
    private final Map<Fingerprint, Finding> findings = new LinkedHashMap<>();
    private final Map<String, Fingerprint> known = new HashMap<>();
    private final Map<Fingerprint, Gap> gaps = new LinkedHashMap<>();
    private final Map<Fingerprint, Remark> remarks = new LinkedHashMap<>();
    private long links;

    Tally(Budget budget) {
        this.budget = budget;
    }

    /**
     * A secret was found.
     *
     * @param secret its bytes as characters of ISO 8859-1
     * @param begin what of it may be shown
     */
    void found(
            String rule,
            String description,
            ContainerPath path,
            long offset,
            String secret,
            String begin) {
        // The hash of it is remembered and not the secret.
        String place = Fingerprint.sha256(rule + "\0" + path.inside() + "\0" + secret);
        Fingerprint fingerprint = known.get(place);
        if (fingerprint != null) {
            findings.computeIfPresent(fingerprint, (_, finding) -> finding.again());
            return;
        }
        if (findings.size() >= budget.findings()) {
            throw new ScanEnded(
                    Gap.Kind.FINDINGS,
                    "it has more than %,d findings; the limit is scan-findings"
                            .formatted(budget.findings()));
        }
        fingerprint = Fingerprint.of(rule, path, secret);
        known.put(place, fingerprint);
        findings.put(
                fingerprint,
                new Finding(
                        rule,
                        description,
                        path,
                        offset,
                        secret.length(),
                        begin,
                        Entropy.of(secret),
                        fingerprint,
                        1));
    }

    /** The first of a kind in a place is kept. */
    void gap(Gap.Kind kind, ContainerPath path, long offset, String detail) {
        Gap gap = new Gap(kind, path, offset, detail);
        if (gaps.size() < GAPS_MAX || kind.endsScan()) {
            gaps.putIfAbsent(gap.fingerprint(), gap);
        }
    }

    void remark(Remark.Kind kind, ContainerPath path, String detail) {
        Remark remark = new Remark(kind, path, detail);
        if (remarks.size() < REMARKS_MAX || remark.blocks()) {
            remarks.putIfAbsent(remark.fingerprint(), remark);
        }
    }

    void link() {
        links++;
    }

    ScanReport report(String name) {
        List<Finding> inOrder = new ArrayList<>(findings.values());
        return new ScanReport(
                name,
                inOrder,
                new ArrayList<>(gaps.values()),
                new ArrayList<>(remarks.values()),
                budget.bytes(),
                budget.expandedBytes(),
                budget.entries(),
                links,
                budget.took());
    }
}
