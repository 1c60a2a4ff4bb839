/**
 * Where the server's sealing key comes from.
 *
 * <p>Three sources, none of which leaves the key in the data directory: a {@link
 * dev.breakwater.ca.sealing.KeyFile} elsewhere, a {@link
 * dev.breakwater.ca.sealing.SystemdCredential}, and a {@link dev.breakwater.ca.sealing.Passphrase}.
 * Opening never makes anything and making never replaces anything; whatever is missing, short,
 * readable by others or wrong is refused in one sentence, as {@link
 * dev.breakwater.ca.sealing.SealingKeyUnavailable}, with nothing changed on disk. No source reads
 * the environment: paths are passed in. {@link dev.breakwater.ca.sealing.PassphraseSeal} seals one
 * small secret with a passphrase, for whoever keeps a file of their own. Read {@link
 * dev.breakwater.ca.sealing.SealingKeySource} first.
 */
@NullMarked
package dev.breakwater.ca.sealing;

import org.jspecify.annotations.NullMarked;
