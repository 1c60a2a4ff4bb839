/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The server's part in sealed payloads: whose keys there are, what a product's devices have to
 * seal, and the opening of what they sealed to the server's application layer.
 *
 * <p>It guarantees that a private key of the server is never at rest in clear, that what it opens
 * is never stored in clear, that an envelope is taken once whatever restarts lie between, and that
 * nothing opens any more once a key's stated time is over. It refuses clear payloads where a
 * product asks for sealed ones, and it cannot open what is sealed to a key that the organization
 * alone holds: of such a key it knows the public half. Read {@link
 * dev.breakwater.server.envelope.EnvelopeKeys} first, then {@link
 * dev.breakwater.server.envelope.EnvelopeGate}; the format is {@link
 * dev.breakwater.protocol.envelope}.
 */
@NullMarked
package dev.breakwater.server.envelope;

import org.jspecify.annotations.NullMarked;
