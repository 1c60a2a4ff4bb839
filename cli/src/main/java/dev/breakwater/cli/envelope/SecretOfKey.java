/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.envelope;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.protocol.sealing.SecretText;
import java.util.Arrays;

/** The passphrase of a key file, as it was typed. */
final class SecretOfKey {

    private SecretOfKey() {}

    /** Refuses none at all, and one that nobody types. */
    static SecretText of(String typed) {
        char[] characters = typed.toCharArray();
        try {
            return SecretText.of(characters);
        } catch (IllegalArgumentException outside) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "the passphrase cannot be used: " + outside.getMessage(),
                    outside);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }
}
