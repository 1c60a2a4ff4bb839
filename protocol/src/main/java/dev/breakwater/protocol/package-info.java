/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What device and server say to each other, and the names both sides use for it.
 *
 * <p>This module depends on nothing of ours, so that a device carries no server code. It guarantees
 * that a value of one of its types is well-formed: a {@link dev.breakwater.protocol.DeviceId} that
 * exists can be written into a topic, a certificate or a log line as it is. It refuses, with an
 * {@link java.lang.IllegalArgumentException} that names the limit, to construct anything else. Read
 * {@link dev.breakwater.protocol.Topics} first: it lists every topic of the native profile.
 */
@NullMarked
package dev.breakwater.protocol;

import org.jspecify.annotations.NullMarked;
