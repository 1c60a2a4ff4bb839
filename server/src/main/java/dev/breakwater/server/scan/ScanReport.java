/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import java.time.Duration;
import java.util.List;

/**
 * What a scan saw. It holds no secret and may be kept and shown.
 *
 * @param bytes of the file
 * @param expandedBytes that came out of archives, at all levels together
 * @param entries of archives that were looked into
 * @param links of archives, wherever they lead
 */
public record ScanReport(
        String name,
        List<Finding> findings,
        List<Gap> gaps,
        List<Remark> remarks,
        long bytes,
        long expandedBytes,
        long entries,
        long links,
        Duration took) {

    /** Copies the lists. */
    public ScanReport {
        findings = List.copyOf(findings);
        gaps = List.copyOf(gaps);
        remarks = List.copyOf(remarks);
    }
}
