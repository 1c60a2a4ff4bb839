/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.ledger.IssuanceLedger;
import dev.breakwater.ca.ledger.KeyRegistration;
import dev.breakwater.ca.ledger.LedgerFailed;
import java.util.Optional;

/**
 * One key, one device. A key that was certified before is accepted only from the very device that
 * renews the certificate that key belongs to (RFC 7030 section 4.2.2: renew, as opposed to rekey).
 * A key that two devices share is a copied firmware image; a key of an earlier certificate may be
 * the one that leaked.
 */
final class KeyIsNotRegistered implements RequestValidator {

    private final IssuanceLedger ledger;

    KeyIsNotRegistered(IssuanceLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void check(PendingRequest pending) throws RequestRefused, LedgerFailed {
        Optional<KeyRegistration> known = ledger.keyRegistration(pending.key().fingerprint());
        if (known.isPresent() && !isItsOwnRenewal(pending, known.get())) {
            throw new RequestRefused(
                    RefusalReason.KEY_ALREADY_REGISTERED,
                    "public key "
                            + pending.key().fingerprint()
                            + " is already registered; the device must make a new key pair");
        }
    }

    private static boolean isItsOwnRenewal(PendingRequest pending, KeyRegistration known) {
        return pending.basis() instanceof IssuanceBasis.Renewal(var previous)
                && known.holder().equals(pending.subject())
                && known.certificates().contains(previous);
    }
}
