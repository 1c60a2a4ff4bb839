/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Who a device is. The registry is the trust store: a client certificate is accepted if and only if
 * the SHA-256 of its DER is registered and active, inside its validity, and its device and
 * organization are active (invariant I2). No path is built; TLS has proved possession of the key,
 * and the look-up is made at every CONNECT and every HTTPS request, so that a resumed TLS session
 * gains nothing. A device of a product whose risk profile permits it may show a token instead,
 * which is looked up by its SHA-256 and judged in the same way.
 *
 * <p>It guarantees that an {@link dev.breakwater.server.identity.AuthenticatedDevice} exists only
 * for a device that was admitted, and that a revocation ends the live session. It refuses with a
 * reason for the operator and one and the same text for whoever is refused. Read {@link
 * dev.breakwater.server.identity.DeviceRegistry} first.
 */
@NullMarked
package dev.breakwater.server.identity;

import org.jspecify.annotations.NullMarked;
