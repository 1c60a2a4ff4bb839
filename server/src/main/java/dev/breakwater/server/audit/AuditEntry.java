/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.audit;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One event in its place in the chain, in the very form in which it is stored and hashed: reading
 * it back never interprets it, so that verification judges what is on disk and not what a parser
 * made of it.
 *
 * @param sequence 1 for the first entry, then without gaps
 * @param atMicros server time, microseconds since 1970
 * @param organization whose log shows it; empty for the server's own
 * @param actor who did it, the text of an {@link Actor}
 * @param action e.g. {@code device.revoked}
 * @param subject what it was done to
 * @param details names and values, ordered by name
 * @param hash SHA-256 as 64 lower-case hexadecimal digits, see {@link AuditChain}
 */
public record AuditEntry(
        long sequence,
        long atMicros,
        String organization,
        String actor,
        String action,
        String subject,
        SortedMap<String, String> details,
        String hash) {

    /** Copies the details. */
    public AuditEntry {
        details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
    }

    /** The same entry with the hash it has after {@code previousHash}. */
    AuditEntry chainedAfter(String previousHash) {
        String chained = AuditChain.hash(previousHash, this);
        return new AuditEntry(
                sequence, atMicros, organization, actor, action, subject, details, chained);
    }
}
