/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Log-in through an OpenID Connect provider that the operator has configured: authorization code
 * flow with PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9207, RFC 9700).
 *
 * <p>Guarantees: an answer counts once, within ten minutes, in the browser that asked, and from the
 * issuer that was asked; an identity is a signature, an audience, a time and a nonce that were all
 * checked, and only {@link dev.breakwater.server.oidc.IdTokenCheck} can make one. What the provider
 * sends is bounded in bytes and in time, and no redirect of its is followed.
 *
 * <p>Refuses: whoever is no member. A provider makes nobody a member, and an address links nobody:
 * members link their account themselves ({@code member/OwnLinks}).
 *
 * <p>Read {@link dev.breakwater.server.oidc.OidcLogIn} first.
 */
@NullMarked
package dev.breakwater.server.oidc;

import org.jspecify.annotations.NullMarked;
