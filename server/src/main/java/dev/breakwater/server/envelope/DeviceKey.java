/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.envelope.RecipientKey;
import java.time.Instant;

/** The public key of a device that opens sealed commands. */
public record DeviceKey(RecipientKey key, Instant registeredAt) {}
