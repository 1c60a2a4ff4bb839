/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Tests of sealed payloads. {@link dev.breakwater.protocol.envelope.EnvelopeVectorsTest} holds our
 * format and our suite against others' implementations, {@link
 * dev.breakwater.protocol.envelope.OpenerTest} against attackers.
 */
@NullMarked
package dev.breakwater.protocol.envelope;

import org.jspecify.annotations.NullMarked;
