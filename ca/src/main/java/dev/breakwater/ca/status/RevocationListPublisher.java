/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.status;

import dev.breakwater.ca.keys.CaContentSigner;
import dev.breakwater.ca.keys.CaKey;
import dev.breakwater.ca.ledger.IssuanceLedger;
import dev.breakwater.ca.ledger.LedgerFailed;
import dev.breakwater.ca.ledger.RevokedCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.RuntimeOperatorException;

/**
 * Makes the revocation list of the issuing authority (RFC 5280 section 5): full, version 2, for all
 * reasons. Each call reads the ledger anew. Safe for use by many threads.
 */
public final class RevocationListPublisher {

    private final X509Certificate issuer;
    private final CaKey key;
    private final IssuanceLedger ledger;
    private final Duration validity;
    private final Clock clock;

    /**
     * A publisher for the issuing authority; got from {@code CertificateAuthority}.
     *
     * @param validity from thisUpdate to nextUpdate
     */
    public RevocationListPublisher(
            X509Certificate issuer,
            CaKey key,
            IssuanceLedger ledger,
            Duration validity,
            Clock clock) {
        this.issuer = issuer;
        this.key = key;
        this.ledger = ledger;
        this.validity = validity;
        this.clock = clock;
    }

    /**
     * A list of everything revoked at this moment, numbered higher than every list before. One at a
     * time: otherwise the list with the higher number could be the one that read the ledger first.
     *
     * @throws StatusUnavailable if the ledger or the key fails
     */
    public synchronized X509CRL publish() throws StatusUnavailable {
        try {
            CRLNumber number = new CRLNumber(ledger.nextCrlNumber());
            Instant now = clock.instant();
            X509v2CRLBuilder list = content(number, now, ledger.revokedAndEndingAfter(now));
            byte[] der = list.build(new CaContentSigner(key)).getEncoded();
            X509CRL crl =
                    (X509CRL)
                            CertificateFactory.getInstance("X.509")
                                    .generateCRL(new ByteArrayInputStream(der));
            crl.verify(issuer.getPublicKey());
            return crl;
        } catch (LedgerFailed
                | IOException
                | GeneralSecurityException
                | RuntimeOperatorException failed) {
            throw new StatusUnavailable("the revocation list could not be made", failed);
        }
    }

    private X509v2CRLBuilder content(
            CRLNumber number, Instant now, List<RevokedCertificate> revoked)
            throws IOException, GeneralSecurityException {
        X509CertificateHolder authority = new X509CertificateHolder(issuer.getEncoded());
        X509v2CRLBuilder list = new X509v2CRLBuilder(authority.getSubject(), Date.from(now));
        list.setNextUpdate(Date.from(now.plus(validity)));
        for (RevokedCertificate entry : revoked) {
            // Reason 0 is left out by the builder, as section 5.3.1 asks.
            list.addCRLEntry(
                    entry.serial().value(), Date.from(entry.revokedAt()), entry.reason().code());
        }
        list.addExtension(Extension.cRLNumber, false, number);
        list.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new AuthorityKeyIdentifier(
                        SubjectKeyIdentifier.fromExtensions(authority.getExtensions())
                                .getKeyIdentifier()));
        // Section 5.2.5: the issuing authority has path length 0, so its list covers end entities
        // only and says so. All other flags are false and no distribution point is named: the list
        // is not indirect and not partial.
        list.addExtension(
                Extension.issuingDistributionPoint,
                true,
                new IssuingDistributionPoint(null, true, false, null, false, false));
        return list;
    }
}
