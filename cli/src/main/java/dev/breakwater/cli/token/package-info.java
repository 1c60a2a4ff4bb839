/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code token} commands: who may use the API.
 *
 * <p>They guarantee that a secret is printed once, when it is made, and nowhere else. What may be
 * done is the server's decision: this is a layer over its API and refuses only what cannot be put
 * into a request. Read {@link dev.breakwater.cli.token.TokenCommand} first.
 */
@NullMarked
package dev.breakwater.cli.token;

import org.jspecify.annotations.NullMarked;
