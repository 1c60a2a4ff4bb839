/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ServerOptions;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.TopRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Brings signed files to the server, or to the others whose signatures they need. */
final class HandingIn {

    private final ServerOptions server;
    private final ProductRepository repository;
    private final String product;
    private final Path directory;

    /**
     * For the files of one command.
     *
     * @param directory where they are written
     */
    HandingIn(ServerOptions server, ProductRepository repository, String product, Path directory) {
        this.server = server;
        this.repository = repository;
        this.product = product;
        this.directory = directory;
    }

    /** Writes them first, where a failure between two of them must not lose any. */
    void keep(List<Signed> files) {
        files.forEach(file -> file.createIn(directory));
    }

    /**
     * Hands them in if enough keys have signed each; otherwise they are kept, and it is said whose
     * signatures are missing.
     *
     * @param inForce the root that the server has
     * @param next the root that will be in force
     * @return whether they were handed in
     */
    boolean handIn(List<Signed> files, Root inForce, Root next) {
        List<String> missing = new ArrayList<>();
        for (Signed file : files) {
            if (file.type() == TopRole.ROOT) {
                missingOf(file, inForce.keysOf(TopRole.ROOT), missing);
                if (!next.keysOf(TopRole.ROOT).equals(inForce.keysOf(TopRole.ROOT))) {
                    missingOf(file, next.keysOf(TopRole.ROOT), missing);
                }
            } else {
                missingOf(file, next.keysOf(TopRole.TARGETS), missing);
            }
        }
        if (missing.isEmpty()) {
            handIn(files);
            return true;
        }
        files.stream()
                .filter(file -> !Files.exists(directory.resolve(file.name())))
                .forEach(file -> file.createIn(directory));
        missing.forEach(server.terminal()::say);
        server.terminal()
                .say("Nothing was handed in. Let the others sign each file, then hand in:");
        files.forEach(
                file ->
                        server.terminal()
                                .next("release", "keys", "sign", place(file), "--key", "KEY"));
        tellSubmit(files);
        return false;
    }

    private static void missingOf(Signed file, RoleKeys keys, List<String> missing) {
        if (!file.isSignedBy(keys)) {
            missing.add(
                    "%s needs the signatures of %d of these keys and has fewer: %s"
                            .formatted(file.name(), keys.threshold(), keys.keys()));
        }
    }

    private void handIn(List<Signed> files) {
        try {
            repository.put(files, (step, _) -> server.terminal().say(taken(step)));
        } catch (CommandFailed failed) {
            // Handing in again what is in force already does no harm.
            if (files.stream().allMatch(file -> Files.exists(directory.resolve(file.name())))) {
                server.terminal().say("The signed files stay in %s.".formatted(directory));
                tellSubmit(files);
            }
            throw failed;
        }
    }

    /** Says what the server has taken. */
    static String taken(List<Signed> step) {
        return "The server has taken %s."
                .formatted(step.stream().map(Signed::name).collect(Collectors.joining(" and ")));
    }

    private void tellSubmit(List<Signed> files) {
        List<String> words = new ArrayList<>(List.of("release", "submit"));
        files.forEach(file -> words.add(place(file)));
        words.addAll(List.of("--product", product));
        server.terminal().next(words.toArray(String[]::new));
    }

    private String place(Signed file) {
        return directory.resolve(file.name()).normalize().toString();
    }
}
