/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code enrollment} commands: how devices get in.
 *
 * <p>They guarantee that a code is printed once, when it is made, and nowhere else. What may be
 * done is the server's decision: this is a layer over its API and refuses only what cannot be put
 * into a request. Read {@link dev.breakwater.cli.enrollment.EnrollmentCommand} first.
 */
@NullMarked
package dev.breakwater.cli.enrollment;

import org.jspecify.annotations.NullMarked;
