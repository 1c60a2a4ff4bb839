/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.ledger.IssuanceLedger;
import dev.breakwater.ca.ledger.LedgerFailed;
import dev.breakwater.ca.publickey.AcceptableKey;
import dev.breakwater.ca.publickey.UnacceptableKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges certificate requests. Whom to grant a certificate, and on what grounds, the server has
 * decided; whether this request may have it is decided here.
 *
 * <p>The key is looked at before the signature, so that nobody makes us verify with an RSA key of a
 * million bits; the ledger is asked last, so that garbage costs no query. Safe for use by many
 * threads.
 *
 * <p>What is left out: the keys of the Debian random number disaster (2008), see {@link
 * dev.breakwater.ca.publickey}.
 */
public final class RequestValidation {

    private final List<RequestValidator> validators;

    /** Validation that asks this ledger which keys and certificates exist. */
    public RequestValidation(IssuanceLedger ledger) {
        validators =
                List.of(
                        new ProofOfPossession(),
                        new SubjectIsGranted(),
                        new AlternativeNamesAreGranted(),
                        new NoAuthorityRequested(),
                        new RenewedCertificateIsActive(ledger),
                        new KeyIsNotRegistered(ledger));
    }

    /**
     * Judges a device's request.
     *
     * @param device whom the server grants a certificate
     * @param basis on what grounds; for a renewal, the server has verified possession of the
     *     previous certificate's key and that it names this device
     * @param lifeMax how long the certificate may live at most, for what the device is used for;
     *     the authority's policy may let it live shorter, never longer
     * @throws RequestRefused with the first thing found wrong
     * @throws LedgerFailed if the ledger could not be asked; nothing was decided
     */
    public IssuanceAuthorization authorize(
            CertificateRequest request,
            CertificateSubject.Device device,
            IssuanceBasis.ForDevice basis,
            Duration lifeMax)
            throws RequestRefused, LedgerFailed {
        return judge(request, device, basis, lifeMax);
    }

    /** Judges a request of this server for one of its own listeners. */
    public IssuanceAuthorization authorize(
            CertificateRequest request, IssuanceBasis.ServerListener listener)
            throws RequestRefused, LedgerFailed {
        return judge(request, new CertificateSubject.Server(listener.names()), listener, null);
    }

    private IssuanceAuthorization judge(
            CertificateRequest request,
            CertificateSubject subject,
            IssuanceBasis basis,
            @Nullable Duration lifeMax)
            throws RequestRefused, LedgerFailed {
        var pending = new PendingRequest(request, acceptable(request), subject, basis);
        for (RequestValidator validator : validators) {
            validator.check(pending);
        }
        return new IssuanceAuthorization(pending, lifeMax);
    }

    private static AcceptableKey acceptable(CertificateRequest request) throws RequestRefused {
        try {
            return AcceptableKey.check(request.subjectPublicKey());
        } catch (UnacceptableKey weak) {
            throw new RequestRefused(
                    RefusalReason.WEAK_KEY,
                    "the public key is not acceptable ("
                            + weak.defect()
                            + "): "
                            + weak.getMessage());
        }
    }
}
