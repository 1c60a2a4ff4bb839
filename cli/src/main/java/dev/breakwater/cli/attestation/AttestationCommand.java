/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.attestation;

import dev.breakwater.cli.client.ServerOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code breakwater attestation}: whom to believe that a device's key is in a TPM. */
@Command(
        name = "attestation",
        description = {
            "Say whose word counts that a device's key is in a TPM: that of makers of TPMs, by their roots, and of",
            "single TPMs, by their endorsement keys. Nobody's counts at first."
        })
public final class AttestationCommand {

    // Picocli itself acts on it: the verbs of the nouns inherit these options.
    @Mixin private final ServerOptions unusedServer;

    private AttestationCommand(ServerOptions server) {
        this.unusedServer = server;
    }

    /** The command with the nouns below it; all have the same options. */
    public static CommandLine of(ServerOptions server) {
        return new CommandLine(new AttestationCommand(server))
                .addSubcommand("authority", new EndorsementAuthorityCommand(server))
                .addSubcommand("key", new EndorsementKeyCommand(server));
    }
}
