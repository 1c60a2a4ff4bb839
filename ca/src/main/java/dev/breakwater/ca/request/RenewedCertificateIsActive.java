/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import dev.breakwater.ca.ledger.CertificateStatus;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.ledger.IssuanceLedger;
import dev.breakwater.ca.ledger.LedgerFailed;

/**
 * A renewal follows a certificate that is recorded and not revoked. The channel has checked this at
 * connection time; a device may have been revoked since, and a thief must not renew a way out of
 * it.
 */
final class RenewedCertificateIsActive implements RequestValidator {

    private final IssuanceLedger ledger;

    RenewedCertificateIsActive(IssuanceLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void check(PendingRequest pending) throws RequestRefused, LedgerFailed {
        if (!(pending.basis() instanceof IssuanceBasis.Renewal(var previous))) {
            return;
        }
        switch (ledger.status(previous)) {
            case CertificateStatus.Good _ -> {}
            case CertificateStatus.Revoked revoked ->
                    throw new RequestRefused(
                            RefusalReason.PREVIOUS_NOT_ACTIVE,
                            "certificate "
                                    + previous
                                    + " was revoked at "
                                    + revoked.at()
                                    + " ("
                                    + revoked.reason()
                                    + ") and cannot be renewed");
            case CertificateStatus.Unknown _ ->
                    throw new RequestRefused(
                            RefusalReason.PREVIOUS_NOT_ACTIVE,
                            "certificate " + previous + " is not one of ours");
        }
    }
}
