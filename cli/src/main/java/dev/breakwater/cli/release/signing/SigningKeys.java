/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release.signing;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Keyboard;
import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.protocol.update.metadata.KeyId;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Opens and makes keys, and gets the passphrases that this needs. */
public final class SigningKeys {

    private final Keyboard keyboard;

    /** Asks here for what no file says. */
    public SigningKeys(Keyboard keyboard) {
        this.keyboard = keyboard;
    }

    /**
     * Opens keys to sign with.
     *
     * @param names files, and keys in tokens
     * @param passphraseFiles none, so that each passphrase is asked for; one for all the files of
     *     keys; or one for each of them, in their order
     */
    public List<SigningKey> open(List<String> names, List<Path> passphraseFiles) {
        List<KeyReference> keys = names.stream().map(KeyReference::parse).toList();
        long files = keys.stream().filter(KeyReference.InFile.class::isInstance).count();
        requireFitting(passphraseFiles, files);
        List<SigningKey> signers = new ArrayList<>();
        Set<KeyId> ids = new HashSet<>();
        int file = 0;
        for (KeyReference key : keys) {
            SigningKey signer =
                    switch (key) {
                        case KeyReference.InToken(var inside) -> inside.open(keyboard);
                        case KeyReference.InFile(var sealed) ->
                                opened(sealed, passphraseFiles, file++);
                    };
            if (!ids.add(signer.key().id())) {
                throw new CommandFailed(
                        ExitCode.USAGE, key + " is a key that was named before; it signs once");
            }
            signers.add(signer);
        }
        return signers;
    }

    private SigningKey opened(KeyFile file, List<Path> passphraseFiles, int place) {
        SecretText passphrase =
                passphraseFiles.isEmpty()
                        ? Secrets.of(keyboard.secret("Passphrase of " + file.path()), "passphrase")
                        : Secrets.in(at(passphraseFiles, place), "passphrase");
        try {
            return file.open(passphrase);
        } finally {
            passphrase.destroy();
        }
    }

    /**
     * Passphrases for new keys, each typed twice.
     *
     * @param purposes which keys
     */
    public List<SecretText> newPassphrases(List<String> purposes, List<Path> passphraseFiles) {
        requireFitting(passphraseFiles, purposes.size());
        List<SecretText> passphrases = new ArrayList<>();
        for (int place = 0; place < purposes.size(); place++) {
            passphrases.add(
                    Secrets.requireLong(
                            passphraseFiles.isEmpty()
                                    ? Secrets.of(
                                            keyboard.newSecret(
                                                    "A passphrase for " + purposes.get(place)),
                                            "passphrase")
                                    : Secrets.in(at(passphraseFiles, place), "passphrase")));
        }
        return passphrases;
    }

    /**
     * Makes one key: in a file, or inside a token.
     *
     * @param purpose which it is, for whoever finds the file
     */
    public SigningKey create(String name, String purpose, List<Path> passphraseFiles) {
        return switch (KeyReference.parse(name)) {
            case KeyReference.InToken(var inside) -> {
                requireFitting(passphraseFiles, 0);
                yield inside.create(keyboard);
            }
            case KeyReference.InFile(var file) -> {
                SecretText passphrase = newPassphrases(List.of(name), passphraseFiles).getFirst();
                KeyPair pair = KeyFile.fresh();
                file.create(pair, purpose, passphrase);
                passphrase.destroy();
                yield KeyFile.signer(pair);
            }
        };
    }

    private static Path at(List<Path> files, int place) {
        return files.size() == 1 ? files.getFirst() : files.get(place);
    }

    private static void requireFitting(List<Path> passphraseFiles, long keys) {
        if ((passphraseFiles.size() > 1 && passphraseFiles.size() != keys)
                || (keys == 0 && !passphraseFiles.isEmpty())) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "there are %d passphrase files for %d files of keys: give one for all of them, or"
                                    .formatted(passphraseFiles.size(), keys)
                            + " one for each, in their order");
        }
    }
}
