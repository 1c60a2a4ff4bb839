/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * How the command talks to a server's API: the profile that says where the server is, and one HTTPS
 * client.
 *
 * <p>It guarantees that the token of a profile is sent to nobody but a server whose certificate
 * leads to the pinned root, that it appears in no text, and that a request which changes something
 * is sent twice only under one idempotency key. It refuses a profile that others may read, plain
 * HTTP, redirects, and answers that are not what the API documents. Read {@link
 * dev.breakwater.cli.client.ApiClient} first, then {@link dev.breakwater.cli.client.Profile}.
 */
@NullMarked
package dev.breakwater.cli.client;

import org.jspecify.annotations.NullMarked;
