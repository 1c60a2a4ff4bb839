/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * How the command talks to a server's API: the profile that says where the server is, and one HTTPS
 * client.
 *
 * <p>It guarantees that the secrets of a profile are sent to nobody but a server whose certificate
 * leads to the pinned root, that they appear in no text, that a request which changes something is
 * sent twice only under one idempotency key or after it was refused, and that a session's next
 * token is on disk before it is used, whatever other commands do. It refuses a profile that others
 * may read, plain HTTP, redirects, and answers that are not what the API documents. Read {@link
 * dev.breakwater.cli.client.ApiClient} first, then {@link dev.breakwater.cli.client.Profile} and
 * {@link dev.breakwater.cli.client.KeptSession}.
 */
@NullMarked
package dev.breakwater.cli.client;

import org.jspecify.annotations.NullMarked;
