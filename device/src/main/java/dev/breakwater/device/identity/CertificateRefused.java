/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.io.Serial;

/** The device refused a certificate it was given. Nothing was stored. */
public final class CertificateRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    /** The text says what was wrong with the certificate. */
    public CertificateRefused(String message) {
        super(message);
    }

    /** The text says what was wrong with the certificate. */
    public CertificateRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
