/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Where the bytes of releases are: named by their SHA-256, in a directory or in an S3-compatible
 * store behind one interface, and how devices fetch them.
 *
 * <p>It guarantees that what it finds is whole and has the hash it is named by; that a crash at any
 * step leaves nothing that counts as an artifact; that what an upload was told to be received is on
 * disk and is gone on with after a restart; that what was altered at rest is noticed in time and
 * served no more where the directory is ours; and that one organization neither sees nor learns of
 * what another one stores, even where it is the same bytes.
 *
 * <p>It refuses artifacts and organizations that grow beyond their limits, and whatever would fill
 * the disk that the database is on. Read {@link dev.breakwater.server.artifact.ArtifactStore}
 * first.
 */
@NullMarked
package dev.breakwater.server.artifact;

import org.jspecify.annotations.NullMarked;
