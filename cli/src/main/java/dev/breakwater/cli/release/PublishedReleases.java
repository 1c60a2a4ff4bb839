/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.release.signing.SigningKey;
import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a checked file of targets says of the releases in it. */
final class PublishedReleases {

    private PublishedReleases() {}

    /** The highest counter; 0 for none. */
    static long highestCounter(Targets targets) {
        return descriptions(targets).stream()
                .mapToLong(ReleaseDescription::releaseCounter)
                .max()
                .orElse(0);
    }

    /** The rollback floor of the newest; 0 for none. */
    static long lastFloor(Targets targets) {
        return descriptions(targets).stream()
                .max(Comparator.comparingLong(ReleaseDescription::releaseCounter))
                .map(ReleaseDescription::rollbackFloor)
                .orElse(0L);
    }

    private static List<ReleaseDescription> descriptions(Targets targets) {
        List<ReleaseDescription> descriptions = new ArrayList<>();
        for (TargetFile file : targets.targets().values()) {
            try {
                descriptions.add(ReleaseDescription.of(file));
            } catch (MalformedMetadata other) {
                throw new CommandFailed(
                        ExitCode.CHECK_FAILED,
                        "the targets name something that is no release: " + other.getMessage(),
                        other);
            }
        }
        return descriptions;
    }

    /** A key that does not count would make a file that nobody takes. */
    static void requireCounting(List<SigningKey> signers, Root root) {
        for (SigningKey signer : signers) {
            if (root.keysOf(TopRole.TARGETS).keys().stream()
                    .noneMatch(key -> key.id().equals(signer.key().id()))) {
                throw new CommandFailed(
                        ExitCode.USAGE,
                        "the key %s signs no releases of this product; those that do are %s"
                                .formatted(signer.key(), root.keysOf(TopRole.TARGETS).keys()));
            }
        }
    }
}
