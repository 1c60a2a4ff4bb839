/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import java.time.Instant;

/** Says whether what a release names may ship. */
interface ArtifactJudge {

    /**
     * Lets a new release pass whose artifact is stored whole, is the one that was signed, and has
     * nothing in it that a scan found and nobody answers for.
     */
    void require(Release release, Instant now) throws ReleaseRefused;
}
