/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * Nobody asks to become an authority. The profile would not grant it, but whoever asks is attacking
 * or misconfigured, and should hear of it. Other extensions are ignored: stock clients ask for
 * many.
 */
final class NoAuthorityRequested implements RequestValidator {

    @Override
    public void check(PendingRequest pending) throws RequestRefused {
        Extensions requested = pending.request().requestedExtensions();
        if (requested != null && asksForAuthority(requested)) {
            throw new RequestRefused(
                    RefusalReason.AUTHORITY_REQUESTED,
                    "the request asks for the powers of a certificate authority");
        }
    }

    private static boolean asksForAuthority(Extensions requested) {
        try {
            BasicConstraints constraints = BasicConstraints.fromExtensions(requested);
            KeyUsage usage = KeyUsage.fromExtensions(requested);
            return (constraints != null && constraints.isCA())
                    || (usage != null
                            && (usage.hasUsages(KeyUsage.keyCertSign)
                                    || usage.hasUsages(KeyUsage.cRLSign)))
                    || requested.getExtension(Extension.nameConstraints) != null;
        } catch (RuntimeException unreadable) {
            // What cannot be read cannot be found harmless.
            return true;
        }
    }
}
