/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.update.InstallationOrder;
import dev.breakwater.device.update.UpdateReport;
import java.util.Optional;
import java.util.UUID;

/**
 * What a rollout wanted of this device, and how it ended.
 *
 * @param statement the SHA-256 of the director's statement that was heeded
 * @param sha256 of the artifact
 * @param end empty while it goes on
 */
record LedgerEntry(
        UUID rollout,
        String statement,
        String version,
        long counter,
        String sha256,
        Optional<UpdateReport.End> end,
        String reason) {

    static LedgerEntry begun(UUID rollout, String statement, InstallationOrder order) {
        return new LedgerEntry(
                rollout,
                statement,
                order.version(),
                order.releaseCounter(),
                order.artifact().sha256(),
                Optional.empty(),
                "");
    }

    LedgerEntry ending(UpdateReport report) {
        return new LedgerEntry(
                rollout,
                statement,
                version,
                counter,
                sha256,
                Optional.of(report.end()),
                report.reason());
    }
}
