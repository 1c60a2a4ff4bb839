/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.scan.rule.RuleBook;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;

/**
 * Whatever is scanned, the scan ends with a report; and a secret that stands behind it in clear is
 * found, whatever an archive before it claims, or the report says that not all was looked at.
 */
class ArchiveWalkFuzzTest {

    private static final byte[] SECRET = PlantedSecrets.ascii("\n\nglpat-Zq8WzR4tYp1LmN7vXcB2\n");

    private static final SecretScan SCAN =
            new SecretScan(
                    RuleBook.builtIn(),
                    Limits.with(
                            Map.of(
                                    Limit.SCAN_EXPANDED_MEBIBYTES,
                                    16,
                                    Limit.SCAN_DECODER_MEBIBYTES,
                                    16)),
                    Clock.systemUTC());

    @FuzzTest(maxDuration = "24h")
    void whatStandsBehindAnythingIsFound(byte[] before) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(before);
        file.writeBytes(SECRET);
        ScanReport report =
                SCAN.scan("fuzz", new ByteArrayInputStream(file.toByteArray()), _ -> {});
        boolean isFound =
                report.findings().stream().anyMatch(one -> one.rule().equals("gitlab-token"));
        if (!isFound && report.gaps().isEmpty()) {
            throw new AssertionError("the secret was passed over: " + report);
        }
    }
}
