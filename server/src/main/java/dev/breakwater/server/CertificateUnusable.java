/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import java.io.Serial;

/** An operator's certificate or key cannot be used; one sentence says why and what to do. */
final class CertificateUnusable extends Exception {

    @Serial private static final long serialVersionUID = 1;

    CertificateUnusable(String sentence) {
        super(sentence);
    }

    CertificateUnusable(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
