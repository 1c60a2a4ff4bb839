/**
 * Who may use the API: organizations, their API tokens, and the one-time code that makes the first
 * of both.
 *
 * <p>It guarantees that there are no default accounts and no default secrets (invariant I8), that
 * secrets have at least 128 bits, are shown once and lie on disk as SHA-256 only (invariant I7),
 * and that an {@link dev.breakwater.server.account.AuthenticatedCaller} exists only for a token
 * that is known, unexpired and not revoked. It refuses unknown and expired tokens with one and the
 * same text. What a role permits stands in {@link dev.breakwater.server.account.Role} and nowhere
 * else.
 *
 * <p>Read {@link dev.breakwater.server.account.Authenticator} first.
 */
@NullMarked
package dev.breakwater.server.account;

import org.jspecify.annotations.NullMarked;
