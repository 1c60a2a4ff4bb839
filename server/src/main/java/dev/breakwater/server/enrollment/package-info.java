/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * How a device gets its certificates: the first by an enrollment code, the next ones by the current
 * one. EST (RFC 7030, RFC 8951) is the protocol, HTTPS on a port of its own.
 *
 * <p>It guarantees that a code opens exactly one identity per serial: the binding of code, serial
 * and public key is durable before anything is signed, a retry with all three is given the very
 * same certificate, and anything else is refused. A certificate is handed out only after the ledger
 * has recorded it and the registry admits it. It refuses to make keys for devices: that operation
 * does not exist. Read {@link dev.breakwater.server.enrollment.Enrollment} first.
 */
@NullMarked
package dev.breakwater.server.enrollment;

import org.jspecify.annotations.NullMarked;
