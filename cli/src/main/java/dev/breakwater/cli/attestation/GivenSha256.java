/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.attestation;

import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;

/** A SHA-256 as people copy it: in either case, with colons or without. */
final class GivenSha256 {

    private GivenSha256() {}

    static Fingerprint parse(String text) {
        try {
            return Fingerprint.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "'" + text + "' is no SHA-256, which has 64 hexadecimal digits",
                    malformed);
        }
    }
}
