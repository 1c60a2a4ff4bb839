/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

/** Whether a certificate is still good. */
public enum CredentialStatus {
    /** Good while its device is. */
    ACTIVE,
    /** Never again. */
    REVOKED
}
