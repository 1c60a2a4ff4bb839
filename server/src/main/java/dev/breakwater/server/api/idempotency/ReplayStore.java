/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.idempotency;

import dev.breakwater.server.account.CallerId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.Optional;

/** Where answered keys are kept. Durable when a method returns. */
public interface ReplayStore {

    /**
     * Reserves a key for a request, unless it has been before.
     *
     * @param requestDigest of method, path and body; 64 hexadecimal digits
     * @param keysMax keys an organization may have within their time; the oldest go first
     * @return what stands there already; empty if it is now reserved
     */
    Optional<Earlier> reserve(
            OrganizationId organization, Key key, String requestDigest, Instant at, int keysMax);

    /** What stands under a key. */
    Optional<Earlier> find(OrganizationId organization, Key key);

    /** Stores the answer. */
    void complete(OrganizationId organization, Key key, byte[] sealedAnswer);

    /** Gives a key free whose request changed nothing. */
    void release(OrganizationId organization, Key key);

    /** Forgets what is older. */
    @Unscoped("the age of keys is the same for all")
    int forgetBefore(Instant time);

    /**
     * A key of one caller.
     *
     * @param digest SHA-256 of what the client sent, 64 hexadecimal digits
     */
    record Key(CallerId caller, String digest) {}

    /** An earlier request with the same key; without an answer while it is in work. */
    record Earlier(String requestDigest, Optional<byte[]> sealedAnswer) {}
}
