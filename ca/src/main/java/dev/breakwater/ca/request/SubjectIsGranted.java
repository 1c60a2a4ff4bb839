/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/**
 * The subject is exactly one common name, the granted one. Other attributes are refused and not
 * dropped: a device that asks for {@code O=Somebody} and gets a certificate would believe it has
 * it.
 */
final class SubjectIsGranted implements RequestValidator {

    @Override
    public void check(PendingRequest pending) throws RequestRefused {
        String granted = pending.subject().commonName();
        RDN[] parts = pending.request().subject().getRDNs();
        boolean matches =
                parts.length == 1
                        && !parts[0].isMultiValued()
                        && parts[0].getFirst().getType().equals(BCStyle.CN)
                        && IETFUtils.valueToString(parts[0].getFirst().getValue()).equals(granted);
        if (!matches) {
            throw new RequestRefused(
                    RefusalReason.SUBJECT_NOT_GRANTED,
                    "the subject of the request is not CN=" + granted + ", which was granted");
        }
    }
}
