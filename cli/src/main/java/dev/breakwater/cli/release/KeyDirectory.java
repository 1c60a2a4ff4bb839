/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.release.signing.KeyFile;
import dev.breakwater.cli.release.signing.PublicKeyFile;
import dev.breakwater.cli.release.signing.SigningKey;
import dev.breakwater.cli.release.signing.SigningKeys;
import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.protocol.sealing.SecretText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The directory that the ceremony fills: it appears with everything in it or not at all. Until then
 * its files lie beside it, and are destroyed when something fails.
 */
final class KeyDirectory implements AutoCloseable {

    /**
     * One file of it.
     *
     * @param keyId of the key in it; empty if it holds none
     * @param advice what is to be done with it
     */
    record Entry(String name, String keyId, String advice) {}

    private static final String README = "README.txt";

    private final Path directory;
    private final Path staging;
    private final List<Entry> entries = new ArrayList<>();
    private boolean finished;

    private KeyDirectory(Path directory, Path staging) {
        this.directory = directory;
        this.staging = staging;
    }

    static KeyDirectory at(Path directory) {
        Path whole = directory.toAbsolutePath().normalize();
        Path staging = whole.resolveSibling("." + whole.getFileName() + ".unfinished");
        if (Files.exists(whole)) {
            requireEmpty(directory, whole);
        }
        return new KeyDirectory(whole, staging);
    }

    private static void requireEmpty(Path named, Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            if (files.findAny().isPresent()) {
                throw new CommandFailed(
                        ExitCode.CANNOT_START,
                        named + " is not empty, and nothing in it is replaced; name another place");
            }
        } catch (IOException noDirectory) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    named + " cannot be used as a directory: " + noDirectory,
                    noDirectory);
        }
    }

    /** Makes keys of a role, whose passphrases are asked for before any is made. */
    List<SigningKey> make(
            SigningKeys signing, String role, int count, String product, List<Path> passphrases) {
        List<String> purposes =
                IntStream.rangeClosed(1, count)
                        .mapToObj(number -> "%s key %d of %d".formatted(role, number, count))
                        .toList();
        List<SecretText> secrets = signing.newPassphrases(purposes, passphrases);
        List<SigningKey> keys = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            String name = "%s-%d".formatted(role, number);
            KeyPair pair = KeyFile.fresh();
            SigningKey key = KeyFile.signer(pair);
            createStaging();
            new KeyFile(staging.resolve(name + ".pem"))
                    .create(
                            pair,
                            "Breakwater: %s, product: %s"
                                    .formatted(
                                            purposes.get(number - 1),
                                            product.replaceAll("[\\p{Cntrl}-]", " ")),
                            secrets.get(number - 1));
            secrets.get(number - 1).destroy();
            entries.add(
                    new Entry(
                            name + ".pem",
                            key.key().id().hex(),
                            role.equals("root")
                                    ? "Take it offline, to a place of its own, and remove it here."
                                    : "Keep it where releases are signed, and a copy offline."));
            add(
                    name + ".pub.pem",
                    PublicKeyFile.text(pair.getPublic()).getBytes(StandardCharsets.US_ASCII),
                    "Anybody may see it.");
            keys.add(key);
        }
        return keys;
    }

    /** Adds a file that is no secret. */
    void add(String name, byte[] content, String advice) {
        createStaging();
        try {
            DurableFile.create(staging.resolve(name), content);
        } catch (IOException unwritable) {
            throw unwritable(unwritable);
        }
        entries.add(new Entry(name, "", advice));
    }

    private void createStaging() {
        try {
            DurableFile.createDirectory(staging);
        } catch (IOException unwritable) {
            throw unwritable(unwritable);
        }
    }

    /** Makes it appear. */
    void finish(String product, int rootThreshold, int releaseThreshold) {
        StringBuilder readme = new StringBuilder();
        readme.append("The keys of the update repository of %s\n\n".formatted(product));
        readme.append(
                "Any %d of the root keys say who signs releases; any %d of the release keys sign them.\n\n"
                        .formatted(rootThreshold, releaseThreshold));
        entries.forEach(
                entry -> readme.append("%-18s %s\n".formatted(entry.name(), entry.advice())));
        add(README, readme.toString().getBytes(StandardCharsets.UTF_8), "Says the same as this.");
        try {
            // A rename takes the place of an empty directory and of nothing else.
            Files.move(staging, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException unwritable) {
            throw unwritable(unwritable);
        }
        finished = true;
    }

    private CommandFailed unwritable(IOException cause) {
        return new CommandFailed(
                ExitCode.CANNOT_START,
                "%s cannot be written: %s; nothing was made".formatted(directory, cause),
                cause);
    }

    List<Entry> files() {
        return List.copyOf(entries);
    }

    /** Leaves nothing half: keys that were not finished are overwritten. */
    @Override
    public void close() {
        if (finished || !Files.exists(staging)) {
            return;
        }
        try (Stream<Path> files = Files.list(staging)) {
            for (Path file : files.toList()) {
                DurableFile.destroy(file);
            }
            Files.delete(staging);
        } catch (IOException stays) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "%s is left over and cannot be removed: %s".formatted(staging, stays),
                    stays);
        }
    }
}
