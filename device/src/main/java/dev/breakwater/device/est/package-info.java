/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * How a device gets its certificates: Enrollment over Secure Transport (RFC 7030, RFC 8951).
 *
 * <p>Guarantees: the enrollment code is sent to nobody but a server that chains to the pinned root
 * and carries the host's name; what comes back is handed out only as a {@link
 * dev.breakwater.device.identity.VerifiedCertificate}. Refuses answers over 64 KiB, answers that
 * take longer than half a minute, redirects, and any media type or encoding but the standard's.
 *
 * <p>Read {@link dev.breakwater.device.est.EstClient} first.
 */
@NullMarked
package dev.breakwater.device.est;

import org.jspecify.annotations.NullMarked;
