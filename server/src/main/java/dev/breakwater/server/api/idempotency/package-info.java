/**
 * Answers a repeated request as the first one was answered, without doing it again
 * (draft-ietf-httpapi-idempotency-key-header).
 *
 * <p>It guarantees that of several requests with one key, at the same time or later, one is carried
 * out. The answer, which may hold a secret shown once, is stored sealed under a key derived from
 * the caller's own token: the disk alone does not give it away (invariant I7). What a crash leaves
 * is admitted: a request that was in work is reported as of unknown outcome, never silently
 * repeated.
 *
 * <p>Read {@link dev.breakwater.server.api.idempotency.Replays} first.
 */
@NullMarked
package dev.breakwater.server.api.idempotency;

import org.jspecify.annotations.NullMarked;
