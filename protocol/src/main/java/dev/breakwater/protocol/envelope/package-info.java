/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Sealed payloads: what a hole in TLS does not lay open, because it is encrypted once more, to
 * whoever is to read it, by HPKE (RFC 9180) as Bouncy Castle has it.
 *
 * <p>Guarantees: an envelope opens only with the private key of its recipient, and only as what it
 * was sealed as: of this organization, device and direction, on this topic, with this sequence
 * number; it opens once ({@link dev.breakwater.protocol.envelope.ReplayWindow}). It adds {@value
 * dev.breakwater.protocol.envelope.Sealer#OVERHEAD_BYTES} bytes. Refuses everything else with a
 * {@link dev.breakwater.protocol.envelope.EnvelopeFault}, which is for the operator: a sender is
 * told nothing by which to tell one from another.
 *
 * <p>Does not say who sealed it: anybody can seal to a public key. The channel says who is there
 * ({@link dev.breakwater.protocol.envelope.EnvelopeContext} tells why). {@link
 * dev.breakwater.protocol.sealing} is about secrets at rest. Read {@link
 * dev.breakwater.protocol.envelope.Sealer} first; it has the format byte by byte.
 */
@NullMarked
package dev.breakwater.protocol.envelope;

import org.jspecify.annotations.NullMarked;
