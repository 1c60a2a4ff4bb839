/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

/** The kinds of certificate the authority issues to others. */
public enum CertificateProfile {
    /** A TLS client certificate that names a device. */
    DEVICE,
    /** A TLS server certificate for one of our listeners. */
    SERVER;

    /** The profile for a subject. */
    public static CertificateProfile of(CertificateSubject subject) {
        return switch (subject) {
            case CertificateSubject.Device _ -> DEVICE;
            case CertificateSubject.Server _ -> SERVER;
        };
    }
}
