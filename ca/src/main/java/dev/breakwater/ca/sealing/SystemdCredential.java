/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.sealing;

import dev.breakwater.protocol.sealing.SealingKey;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The sealing key as a systemd credential (systemd.exec(5), {@code LoadCredentialEncrypted=}):
 * systemd keeps it encrypted to this machine's TPM and hands it over in memory that is never
 * swapped. systemd sets the permissions of that directory, so they are not judged here.
 *
 * @param credentialsDirectory the value of {@code $CREDENTIALS_DIRECTORY}
 * @param name the name the unit file gives the credential
 */
public record SystemdCredential(Path credentialsDirectory, String name)
        implements SealingKeySource {

    /** Refuses a name that could leave the directory. */
    public SystemdCredential {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")) {
            throw new IllegalArgumentException(
                    "a credential name is 1 to 128 characters of A-Z a-z 0-9 . _ -");
        }
    }

    @Override
    public SealingKey open() throws SealingKeyUnavailable {
        Path file = credentialsDirectory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new SealingKeyUnavailable(
                    "systemd credential "
                            + name
                            + " is not in "
                            + credentialsDirectory
                            + "; name it in the unit file with LoadCredentialEncrypted="
                            + name);
        }
        return EncodedKey.read(file);
    }
}
