/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.Metadata;
import dev.breakwater.protocol.update.metadata.MetadataLimits;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.MetadataSigner;
import dev.breakwater.protocol.update.metadata.MetadataWriter;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.SignedFile;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.metadata.WrongSignatures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.List;

/**
 * A root or a file of targets, signed by some of those who have to, or all.
 *
 * @param read what it says, to the byte
 */
record Signed(SignedFile<?> read) {

    /** Signs. */
    static Signed by(Metadata metadata, Collection<? extends MetadataSigner> signers) {
        try {
            return of(MetadataWriter.sign(metadata, signers), "what was signed");
        } catch (GeneralSecurityException refused) {
            throw unsigned(refused);
        }
    }

    /** Reads a file that is handed from one who signs to the next. */
    static Signed in(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in.readNBytes(MetadataLimits.TARGETS_BYTES_MAX + 1), file.toString());
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, file + " cannot be read: " + unreadable, unreadable);
        }
    }

    private static Signed of(byte[] content, String name) {
        try {
            return new Signed(MetadataReader.root(content));
        } catch (MalformedMetadata noRoot) {
            try {
                return new Signed(MetadataReader.targets(content));
            } catch (MalformedMetadata malformed) {
                malformed.addSuppressed(noRoot);
                throw new CommandFailed(
                        ExitCode.USAGE,
                        "%s is neither a root nor a file of targets: %s; %s"
                                .formatted(name, noRoot.getMessage(), malformed.getMessage()),
                        malformed);
            }
        }
    }

    /** With more signatures; what is signed stays as it is. */
    Signed with(List<? extends MetadataSigner> signers) {
        Signed signed = this;
        for (MetadataSigner signer : signers) {
            try {
                signed = of(MetadataWriter.addSignature(signed.read(), signer), "what was signed");
            } catch (GeneralSecurityException refused) {
                throw unsigned(refused);
            }
        }
        return signed;
    }

    private static CommandFailed unsigned(GeneralSecurityException refused) {
        return new CommandFailed(
                ExitCode.REFUSED, "a key did not sign: " + refused.getMessage(), refused);
    }

    Metadata content() {
        return read.unverified();
    }

    TopRole type() {
        return content().type();
    }

    byte[] bytes() {
        return read.bytes();
    }

    /** How a repository calls it: {@code 2.root.json}. */
    String name() {
        return "%d.%s.json".formatted(content().version(), type().roleName());
    }

    /** Whether enough of these keys have signed it. */
    boolean isSignedBy(RoleKeys keys) {
        try {
            var _ = read.verifiedBy(keys);
            return true;
        } catch (WrongSignatures _) {
            return false;
        }
    }

    /** Makes a file of it; one that is there is not replaced. */
    Path createIn(Path directory) {
        Path file = directory.resolve(name());
        try {
            DurableFile.createDirectory(directory);
            DurableFile.create(file, bytes());
            return file;
        } catch (FileAlreadyExistsException there) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    file
                            + " is there already and is not replaced; hand it in with breakwater release"
                            + " submit, or move it away",
                    there);
        } catch (IOException unwritable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START, file + " cannot be written: " + unwritable, unwritable);
        }
    }
}
