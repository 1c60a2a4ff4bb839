/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.protocol.update.metadata.TargetFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A repository as static files, named as every TUF client asks for them with consistent snapshots
 * (specification, section 6.2): {@code metadata/3.targets.json}, {@code targets/1.1/HASH.tank.zip}.
 * A file appears whole, and nothing is announced before it is there, so that a web server may serve
 * the directory meanwhile.
 */
final class MirrorDirectory {

    private final Path metadata;
    private final Path targets;
    private final List<String> written = new ArrayList<>();

    MirrorDirectory(Path directory) {
        this.metadata = directory.resolve("metadata");
        this.targets = directory.resolve("targets");
    }

    /** What has been written, in its order. */
    List<String> written() {
        return List.copyOf(written);
    }

    void metadata(String name, byte[] content) {
        Path file = metadata.resolve(name);
        try {
            Files.createDirectories(metadata);
            Path temporary = metadata.resolve("." + name + ".tmp");
            var _ = Files.write(temporary, content);
            var _ =
                    Files.move(
                            temporary,
                            file,
                            StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING);
            written.add("metadata/" + name);
        } catch (IOException unwritable) {
            throw unwritable(file, unwritable);
        }
    }

    /** Whether a target is there already, whole and unaltered. */
    boolean has(String path, TargetFile target) {
        Path file = place(path, target);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && isOf(LocalArtifact.of(file), target);
    }

    static boolean isOf(LocalArtifact artifact, TargetFile target) {
        return artifact.length() == target.length()
                && target.hashes().sha256().filter(artifact.sha256()::equals).isPresent();
    }

    void target(String path, TargetFile target, LocalArtifact artifact) {
        Path file = place(path, target);
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            Files.createDirectories(targets.resolve(path).getParent());
            var _ = Files.copy(artifact.path(), temporary, StandardCopyOption.REPLACE_EXISTING);
            if (!isOf(LocalArtifact.of(artifact.path()), target)) {
                Files.delete(temporary);
                throw new CommandFailed(
                        ExitCode.REFUSED, artifact.path() + " was changed while it was copied");
            }
            var _ =
                    Files.move(
                            temporary,
                            file,
                            StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING);
            written.add("targets/" + targets.relativize(file));
        } catch (IOException unwritable) {
            throw unwritable(file, unwritable);
        }
    }

    /** A target that is not there yet, from the server. */
    void target(String path, TargetFile target, ArtifactDownload download, String artifact) {
        Path file = place(path, target);
        try {
            Files.createDirectories(targets.resolve(path).getParent());
            Files.deleteIfExists(file);
        } catch (IOException unwritable) {
            throw unwritable(file, unwritable);
        }
        download.run(artifact, target, file);
        written.add("targets/" + targets.relativize(file));
    }

    /** A path that leads elsewhere was refused by whoever found the target. */
    private Path place(String path, TargetFile target) {
        Path plain = targets.resolve(path);
        String hash = target.hashes().sha256().orElseThrow();
        return plain.resolveSibling(hash + "." + plain.getFileName());
    }

    private static CommandFailed unwritable(Path file, IOException cause) {
        return new CommandFailed(
                ExitCode.CANNOT_START, file + " cannot be written: " + cause, cause);
    }
}
