/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

/**
 * An artifact that is stored whole, and whose hash was checked before it was.
 *
 * @param length bytes
 */
public record StoredArtifact(ArtifactHash hash, long length) {}
