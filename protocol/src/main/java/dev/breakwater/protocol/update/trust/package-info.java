/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The client of an update repository: the detailed workflow of The Update Framework (section 5 of
 * the specification 1.0.34), step by step.
 *
 * <p>Guarantees: what a {@link dev.breakwater.protocol.update.trust.TrustedRepository} says was
 * signed by the keys that the trusted root lists, is not older than what was trusted before, was
 * not expired when the update began, and belongs together. A file is kept only after all checks of
 * it; a power cut at any moment leaves a state from which the next update goes on. Every download
 * has a limit of bytes and must make progress. Refuses with an {@link
 * dev.breakwater.protocol.update.trust.UpdateRefused} that names the fault.
 *
 * <p>Does not judge whether a release is for this device: that is {@code update.release}. Read
 * {@link dev.breakwater.protocol.update.trust.RepositoryClient} first.
 */
@NullMarked
package dev.breakwater.protocol.update.trust;

import org.jspecify.annotations.NullMarked;
