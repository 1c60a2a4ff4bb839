/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Releases: which firmware a product's devices may be given, as the holders of its release keys say
 * and as the server proves that it is still so.
 *
 * <p>It guarantees that each product has one repository of TUF 1.0 files, of which a new root or a
 * new file of targets is taken only if it follows from the one before by the rules of the
 * specification; that everything a release names is stored, has the length and hash that were
 * signed, and was scanned for secrets; and that what is published fits together at every moment,
 * for all of it is one transaction.
 *
 * <p>The server has a key for each product, online and sealed at rest, for snapshot, timestamp and
 * the director's statements. It signs each with the key that the file in force names, has at most
 * one prepared that the next files may name, and destroys the one that none names any more ({@link
 * dev.breakwater.server.release.OnlineKeys}). It holds no key of root or of releases, and refuses a
 * root that gives it one of those roles: whoever steals the server can neither invent a release nor
 * bring back an older one. Read {@link dev.breakwater.server.release.UpdateRepositories} first.
 */
@NullMarked
package dev.breakwater.server.release;

import org.jspecify.annotations.NullMarked;
