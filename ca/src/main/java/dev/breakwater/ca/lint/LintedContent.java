/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.lint;

/** The to-be-signed content of a certificate that broke no rule. Only the lint makes one. */
public final class LintedContent {

    private final byte[] tbsCertificate;

    LintedContent(byte[] tbsCertificate) {
        this.tbsCertificate = tbsCertificate;
    }

    /** The exact bytes that were linted, a TBSCertificate in DER; nothing else may be signed. */
    public byte[] tbsCertificate() {
        return tbsCertificate.clone();
    }
}
