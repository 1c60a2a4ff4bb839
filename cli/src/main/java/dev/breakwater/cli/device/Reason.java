/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.device;

import picocli.CommandLine.Option;

/** Why a device is let in or cut off, for those who read the audit log later. */
final class Reason {

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "REASON",
            description = "Why; kept in the audit log and shown with the device.")
    private String text = "";

    String text() {
        return text;
    }
}
