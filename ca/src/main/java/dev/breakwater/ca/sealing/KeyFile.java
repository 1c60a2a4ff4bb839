/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.sealing;

import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.protocol.sealing.SealingKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * The sealing key in a file that only its owner can read and that does not lie in the data
 * directory: whoever copies the one must not get the other.
 *
 * @param file where the key is
 * @param dataDirectory where it must not be
 */
public record KeyFile(Path file, Path dataDirectory) implements SealingKeySource {

    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    @Override
    public SealingKey open() throws SealingKeyUnavailable {
        requireOutsideDataDirectory();
        if (!Files.isRegularFile(file)) {
            throw new SealingKeyUnavailable(
                    "sealing key file "
                            + file
                            + " is not there; without it nothing in "
                            + dataDirectory
                            + " can be opened: restore it from where you keep its copy");
        }
        requireOwnerOnly();
        return EncodedKey.read(file);
    }

    /**
     * Makes the file with a fresh key, for a data directory that holds nothing yet.
     *
     * @throws SealingKeyUnavailable if the file exists, which is never replaced
     */
    public SealingKey create() throws SealingKeyUnavailable {
        requireOutsideDataDirectory();
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                DurableFile.createDirectory(directory);
            }
            DurableFile.create(file, EncodedKey.random());
        } catch (FileAlreadyExistsException exists) {
            throw new SealingKeyUnavailable(
                    "sealing key file " + file + " exists and is not replaced", exists);
        } catch (IOException unwritable) {
            throw new SealingKeyUnavailable(
                    "sealing key file " + file + " cannot be written", unwritable);
        }
        return open();
    }

    private void requireOutsideDataDirectory() throws SealingKeyUnavailable {
        if (real(file).startsWith(real(dataDirectory))) {
            throw new SealingKeyUnavailable(
                    "sealing key file "
                            + file
                            + " lies in the data directory "
                            + dataDirectory
                            + ", where it would protect nothing; keep it elsewhere");
        }
    }

    /**
     * The path with its links followed as far as it exists, so that a link cannot hide where it is.
     */
    private static Path real(Path path) throws SealingKeyUnavailable {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            if (Files.exists(absolute)) {
                return absolute.toRealPath();
            }
            Path parent = absolute.getParent();
            return parent == null ? absolute : real(parent).resolve(absolute.getFileName());
        } catch (IOException unreadable) {
            throw new SealingKeyUnavailable("cannot follow the path " + path, unreadable);
        }
    }

    private void requireOwnerOnly() throws SealingKeyUnavailable {
        try {
            Set<PosixFilePermission> granted =
                    Files.getPosixFilePermissions(file.toRealPath(), LinkOption.NOFOLLOW_LINKS);
            if (!OWNER.containsAll(granted)) {
                throw new SealingKeyUnavailable(
                        "sealing key file "
                                + file
                                + " can be read by others; run: chmod 0600 "
                                + file);
            }
        } catch (IOException unreadable) {
            throw new SealingKeyUnavailable(
                    "the permissions of sealing key file " + file + " cannot be read", unreadable);
        }
    }
}
