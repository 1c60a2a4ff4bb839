/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether something may ship. */
public sealed interface ScanVerdict {

    /**
     * Nothing is in the way.
     *
     * @param waived fingerprints that would be, were it not for a waiver
     */
    record Clean(Set<Fingerprint> waived) implements ScanVerdict {
        /** Copies the set. */
        public Clean {
            waived = Set.copyOf(waived);
        }
    }

    /** Secrets or dangerous entries are in it, and perhaps more where nobody looked. */
    record Blocked(List<Finding> findings, List<Remark> remarks, List<Gap> gaps)
            implements ScanVerdict {
        /** Copies the lists. */
        public Blocked {
            findings = List.copyOf(findings);
            remarks = List.copyOf(remarks);
            gaps = List.copyOf(gaps);
        }
    }

    /** Nothing was found, and not everything was looked at. */
    record NotFullyScanned(List<Gap> gaps) implements ScanVerdict {
        /** Copies the list. */
        public NotFullyScanned {
            gaps = List.copyOf(gaps);
        }
    }

    /**
     * Judges a report.
     *
     * @param waivers all that were given; those whose time is over do not count
     */
    static ScanVerdict of(ScanReport report, List<Waiver> waivers, Instant now) {
        Set<Fingerprint> waived =
                waivers.stream()
                        .filter(waiver -> waiver.counts(now))
                        .map(Waiver::fingerprint)
                        .collect(Collectors.toSet());
        List<Finding> findings =
                report.findings().stream()
                        .filter(finding -> !waived.contains(finding.fingerprint()))
                        .toList();
        List<Remark> remarks =
                report.remarks().stream()
                        .filter(Remark::blocks)
                        .filter(remark -> !waived.contains(remark.fingerprint()))
                        .toList();
        List<Gap> gaps =
                report.gaps().stream().filter(gap -> !waived.contains(gap.fingerprint())).toList();
        if (!findings.isEmpty() || !remarks.isEmpty()) {
            return new Blocked(findings, remarks, gaps);
        }
        return gaps.isEmpty() ? new Clean(waived) : new NotFullyScanned(gaps);
    }
}
