/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The keys that sign releases, where people keep them: files sealed with a passphrase, or tokens.
 *
 * <p>It guarantees that a private key is in no file unsealed, that a file of a key is never
 * replaced and can be read by its owner alone, and that a key in a token signs inside it. It
 * refuses files whose passphrase could be guessed quickly, files that others may read, and secrets
 * in arguments, which everybody on the machine can see. Read {@link
 * dev.breakwater.cli.release.signing.KeyOptions} first, then {@link
 * dev.breakwater.cli.release.signing.KeyFile}.
 */
@NullMarked
package dev.breakwater.cli.release.signing;

import org.jspecify.annotations.NullMarked;
