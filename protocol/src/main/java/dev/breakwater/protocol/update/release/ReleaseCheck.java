/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.release;

import dev.breakwater.protocol.update.metadata.DelegatedRole;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.metadata.WrongSignatures;
import dev.breakwater.protocol.update.trust.FoundTarget;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.protocol.update.trust.UpdateRefused;
import java.io.IOException;
import java.util.Map;

/**
 * Judges a release for one device. All of it is checked on the device; the server's own filter is a
 * convenience.
 *
 * <pre>{@code
 * TrustedRepository repository = client.refresh();
 * VerifiedRelease release = new ReleaseCheck(device).verify(repository, statement);
 * }</pre>
 */
public final class ReleaseCheck {

    private final InstalledDevice device;

    /** A check for this device as it is now. */
    public ReleaseCheck(InstalledDevice device) {
        this.device = device;
    }

    /**
     * The proof that this device may install what the director names.
     *
     * @param repository what the release keys say, fresh
     * @param statement the file that the director has signed
     * @throws UpdateRefused if anything is not as it must be; the text says what
     * @throws IOException if a file of metadata could not be fetched
     */
    public VerifiedRelease verify(TrustedRepository repository, byte[] statement)
            throws UpdateRefused, IOException {
        try {
            Directed said = directed(repository, statement);
            DirectorStatement directed = said.statement();
            FoundTarget target =
                    repository
                            .find(directed.path())
                            .orElseThrow(
                                    () ->
                                            new UpdateRefused(
                                                    UpdateFault.NO_SUCH_TARGET,
                                                    "the release keys know no such release"));
            requireSameFile(directed, target);
            ReleaseDescription release = ReleaseDescription.of(target.file());
            requireForThisDevice(release);
            return new VerifiedRelease(target, release, directed.deadline(), said.version());
        } catch (MalformedMetadata malformed) {
            throw new UpdateRefused(
                    UpdateFault.MALFORMED, String.valueOf(malformed.getMessage()), malformed);
        }
    }

    private record Directed(DirectorStatement statement, long version) {}

    /** What the director says to this device, today. */
    private Directed directed(TrustedRepository repository, byte[] statement)
            throws UpdateRefused, MalformedMetadata {
        if (statement.length > DirectorStatement.BYTES_MAX) {
            throw new UpdateRefused(
                    UpdateFault.TOO_LONG,
                    "a director's statement must be at most %d bytes"
                            .formatted(DirectorStatement.BYTES_MAX));
        }
        DelegatedRole director =
                repository
                        .targets()
                        .delegation(DirectorStatement.ROLE)
                        .orElseThrow(
                                () ->
                                        new UpdateRefused(
                                                UpdateFault.MISSING,
                                                "the release keys have named no director"));
        Targets file;
        try {
            file = MetadataReader.targets(statement).verifiedBy(director.keys());
        } catch (WrongSignatures wrong) {
            throw new UpdateRefused(
                    UpdateFault.WRONG_SIGNATURES, "the director has not signed this", wrong);
        }
        if (!file.expires().isAfter(repository.start())) {
            throw new UpdateRefused(
                    UpdateFault.EXPIRED,
                    "the director's statement has expired at " + file.expires());
        }
        if (file.expires().isAfter(repository.start().plus(DirectorStatement.LIFE_MAX))) {
            throw new UpdateRefused(
                    UpdateFault.MALFORMED,
                    "a director's statement must expire within %d days"
                            .formatted(DirectorStatement.LIFE_MAX.toDays()));
        }
        DirectorStatement directed = DirectorStatement.of(file);
        if (!directed.names(device.id(), device.waves())) {
            throw notForThisDevice("the director does not name this device");
        }
        if (!directed.deadline().isAfter(repository.start())) {
            throw notForThisDevice("the deadline was " + directed.deadline());
        }
        return new Directed(directed, file.version());
    }

    /** Both must mean the same bytes: stops a mix of one release's name with another's file. */
    private static void requireSameFile(DirectorStatement directed, FoundTarget target)
            throws UpdateRefused {
        Map<String, String> theirs = directed.hashes().hexByName();
        FileHashes ours = target.file().hashes();
        boolean agree =
                directed.length() == target.file().length()
                        && ours.first().isPresent()
                        && ours.sha256().equals(directed.hashes().sha256())
                        && ours.hexByName().entrySet().stream()
                                .allMatch(
                                        hash ->
                                                hash.getValue()
                                                        .equals(
                                                                theirs.getOrDefault(
                                                                        hash.getKey(),
                                                                        hash.getValue())))
                        && theirs.keySet().stream().anyMatch(ours.hexByName()::containsKey);
        if (!agree) {
            throw new UpdateRefused(
                    UpdateFault.MISMATCHED,
                    "director and release keys must mean the same length and hashes");
        }
    }

    private void requireForThisDevice(ReleaseDescription release) throws UpdateRefused {
        if (!release.productId().equals(device.productId())) {
            throw notForThisDevice("the release is for another product");
        }
        if (!release.hardwareIds().contains(device.hardwareId())) {
            throw notForThisDevice("the release is not for the hardware " + device.hardwareId());
        }
        if (release.releaseCounter() < device.rollbackFloor()) {
            throw new UpdateRefused(
                    UpdateFault.ROLLED_BACK,
                    "the release counter must be at least %d, the floor, not %d"
                            .formatted(device.rollbackFloor(), release.releaseCounter()));
        }
        if (release.releaseCounter() <= device.runningCounter()) {
            throw new UpdateRefused(
                    UpdateFault.ROLLED_BACK,
                    "the release counter must be above %d, which runs, not %d"
                            .formatted(device.runningCounter(), release.releaseCounter()));
        }
        boolean tooOld =
                release.minFromVersion()
                        .filter(from -> device.runningVersion().compareTo(from) < 0)
                        .isPresent();
        if (tooOld) {
            throw notForThisDevice(
                    "the release may be installed over %s and later, and %s runs"
                            .formatted(
                                    release.minFromVersion().map(Object::toString).orElse(""),
                                    device.runningVersion()));
        }
    }

    private static UpdateRefused notForThisDevice(String message) {
        return new UpdateRefused(UpdateFault.NOT_FOR_THIS_DEVICE, message);
    }
}
