/**
 * The API for people and apps, under {@code /api/v1}. {@code openapi.yaml} beside this package's
 * classes is its law: it is the router and the firewall, and the server does not start when
 * handlers and document disagree.
 *
 * <p>It guarantees that a handler sees only requests that fit the document, from a caller who is
 * permitted to make them; that another organization's things look exactly like things that do not
 * exist; that what is answered 2xx is on disk (invariant I4); and that a POST repeated with its
 * Idempotency-Key is not done twice. It refuses through {@link
 * dev.breakwater.server.refusal.Refusals}, and every error a client reads is made in {@code
 * Problems}.
 *
 * <p>Read {@code ApiHandler} first: it is the life of a call, gate by gate.
 */
@NullMarked
package dev.breakwater.server.api;

import org.jspecify.annotations.NullMarked;
