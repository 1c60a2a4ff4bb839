/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.release.ReleaseRefused.Fault;
import dev.breakwater.server.vetting.ArtifactVetting;
import dev.breakwater.server.vetting.VettedArtifact;

/** Lets a new release pass if its artifact went through everything that artifacts go through. */
final class VettedArtifacts {

    private final ArtifactVetting vetting;

    VettedArtifacts(ArtifactVetting vetting) {
        this.vetting = vetting;
    }

    /** Refuses a release whose artifact is not stored, is another one, or has secrets in it. */
    void require(Release release) throws ReleaseRefused {
        VettedArtifact artifact =
                vetting.artifact(
                                release.organization(),
                                release.product(),
                                new ArtifactHash(release.hash().hex()))
                        .orElseThrow(
                                () ->
                                        new ReleaseRefused(
                                                Fault.NO_SUCH_ARTIFACT,
                                                ("%s names the artifact %s, which was not uploaded"
                                                                + " for this product")
                                                        .formatted(
                                                                release.path(), release.hash())));
        if (artifact.length() != release.length()) {
            throw new ReleaseRefused(
                    Fault.NO_SUCH_ARTIFACT,
                    "%s has %d bytes by what was signed, and %d as it was uploaded"
                            .formatted(release.path(), release.length(), artifact.length()));
        }
        if (!artifact.isClean()) {
            throw new ReleaseRefused(
                    Fault.ARTIFACT_BLOCKED,
                    ("%s is blocked by %d findings of artifact %s; fix them, or have a member"
                                    + " answer for them")
                            .formatted(release.path(), artifact.blocking(), artifact.id()));
        }
    }
}
