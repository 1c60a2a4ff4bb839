/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What a product's artifacts go through before they may ship: upload, scan for secrets, and the
 * word of whoever answers for what was found.
 *
 * <p>It guarantees that an artifact has the hash and the length that were announced, that all of it
 * was looked through within the limits of a scan, and that what was found, or could not be looked
 * into, blocks a release until it is fixed, or until a named member has waived it for a stated time
 * and reason. What is kept of a finding tells the secret to nobody. Each artifact says by which
 * rules it was scanned: the built-in ones, and those that its organization has added.
 *
 * <p>It refuses parts out of order, bytes beyond what was announced, and more uploads of one
 * organization than its limit, and own rules of which anything is not understood or would take away
 * from the built-in ones. Read {@link dev.breakwater.server.vetting.ArtifactVetting} first.
 */
@NullMarked
package dev.breakwater.server.vetting;

import org.jspecify.annotations.NullMarked;
