/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.update.slot.Artifact;
import dev.breakwater.device.update.slot.ArtifactRefused;
import dev.breakwater.device.update.slot.Landing;
import dev.breakwater.device.update.slot.Slots;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the bytes of an attempt into its slot, from where the last call left off. */
final class Fetch {

    private static final Logger LOG = LoggerFactory.getLogger(Fetch.class);

    private final Slots slots;
    private final UpdateRecord record;
    private final Download download;

    Fetch(Slots slots, UpdateRecord record, Download download) {
        this.slots = slots;
        this.record = record;
        this.download = download;
    }

    /**
     * Returns when all bytes are on the medium and their hash is right.
     *
     * @throws ArtifactRefused if the hash is wrong
     * @throws Download.SourceFailed if there is more to fetch
     */
    void run(Attempt attempt, ArtifactSource source)
            throws IOException, ArtifactRefused, Download.SourceFailed {
        Artifact artifact = attempt.order().artifact();
        MessageDigest digest = sha256();
        Attempt from = attempt;
        Landing landing;
        try {
            landing = slots.land(attempt.slot(), artifact, attempt.bytes(), digest);
        } catch (ClosedByInterruptException stopped) {
            throw stopped;
        } catch (IOException gone) {
            if (attempt.bytes() == 0) {
                throw gone;
            }
            LOG.warn("What was downloaded is not there any more; it begins anew", gone);
            from = attempt.at(0);
            record.put(from);
            digest.reset();
            landing = slots.land(attempt.slot(), artifact, 0, digest);
        }
        try (Landing open = landing) {
            download.run(
                    source,
                    attempt.order(),
                    from.bytes(),
                    open,
                    digest,
                    bytes -> record.put(attempt.at(bytes)));
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(artifact.sha256())) {
            throw new ArtifactRefused(
                    "what the source gave has the SHA-256 %s, not %s"
                            .formatted(found, artifact.sha256()));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this JDK has no SHA-256", impossible);
        }
    }
}
