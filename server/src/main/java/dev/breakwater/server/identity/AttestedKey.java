/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import java.util.Map;

/**
 * What a device's TPM has proved of its key.
 *
 * @param endorsementSha256 which TPM it is: SHA-256 of its endorsement key's SubjectPublicKeyInfo,
 *     64 lower-case hexadecimal digits
 * @param details for the audit log
 */
public record AttestedKey(String endorsementSha256, Map<String, String> details) {

    /** Copies the details. */
    public AttestedKey {
        details = Map.copyOf(details);
    }

    /** What came of recording it. */
    public enum Recording {
        /** The credential is attested now. */
        ATTESTED,
        /** The device's keys were attested by another TPM before. */
        OTHER_TPM,
        /** The credential or its device does not count any more. */
        NOT_ACTIVE
    }
}
