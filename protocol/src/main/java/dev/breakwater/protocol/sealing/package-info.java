/**
 * Keeping secrets on disk: sealing under a key that is not stored beside them, and writes that
 * survive a power cut.
 *
 * <p>Guarantees: what {@link dev.breakwater.protocol.sealing.SealingKey} sealed opens only with the
 * same key and the same context, and any changed bit is noticed; a file written by {@link
 * dev.breakwater.protocol.sealing.DurableFile} is, after a crash at any moment, either the old one
 * or the new one, and readable by its owner alone; a {@link
 * dev.breakwater.protocol.sealing.SecretText} cannot reach a log by accident. Refuses anything
 * beyond its size limits. The server, its certificate authority and the device agent share this
 * package so that there is one format. Read {@link dev.breakwater.protocol.sealing.SealingKey}
 * first.
 */
@NullMarked
package dev.breakwater.protocol.sealing;

import org.jspecify.annotations.NullMarked;
