/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.envelope;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Keyboard;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.envelope.KeyRing;
import dev.breakwater.protocol.envelope.Opener;
import dev.breakwater.protocol.envelope.RecipientKeyPair;
import dev.breakwater.protocol.sealing.SecretText;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Option;

/** By which keys, and as whose, readings are opened. */
final class OpenOptions {

    @Option(
            names = "--key",
            required = true,
            paramLabel = "FILE",
            description = "A file of new-key; may be given several times, after a change of keys.")
    private List<Path> keys = new ArrayList<>();

    @Option(
            names = "--organization",
            required = true,
            paramLabel = "ID",
            description = "Whose device it is, as organization show has it.")
    private String organization = "";

    @Option(
            names = "--device",
            required = true,
            paramLabel = "ID",
            description = "Which device it is, as device show has it.")
    private String device = "";

    @Option(
            names = "--after",
            defaultValue = "0",
            paramLabel = "NUMBER",
            description = "Take nothing up to this number, which a run before has shown.")
    private long after;

    /** What opens them. Asks for the passphrase of each key. */
    SealedReadings readings(Keyboard keyboard) {
        if (after < 0) {
            throw new CommandFailed(ExitCode.USAGE, "--after is a number that was shown");
        }
        UUID whose;
        DeviceId which;
        try {
            // The organization's id has the form of the device's.
            whose = DeviceId.parse(organization).uuid();
            which = DeviceId.parse(device);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "--organization and --device are ids, 36 characters of a UUID: "
                            + wrong.getMessage(),
                    wrong);
        }
        return new SealedReadings(
                new Opener(ring(keyboard), Clock.systemUTC()), whose, which, after);
    }

    private KeyRing ring(Keyboard keyboard) {
        List<RecipientKeyPair> pairs = new ArrayList<>();
        for (Path key : keys) {
            SecretText passphrase = SecretOfKey.of(keyboard.secret("Passphrase of the key " + key));
            pairs.add(new EnvelopeKeyFile(key).open(passphrase));
            passphrase.destroy();
        }
        try {
            return KeyRing.of(pairs);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailed(ExitCode.USAGE, "--key: " + wrong.getMessage(), wrong);
        }
    }
}
