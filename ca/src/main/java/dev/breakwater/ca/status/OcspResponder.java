/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.status;

import dev.breakwater.ca.keys.CaContentSigner;
import dev.breakwater.ca.keys.CaKey;
import dev.breakwater.ca.ledger.CertificateStatus;
import dev.breakwater.ca.ledger.IssuanceLedger;
import dev.breakwater.ca.ledger.LedgerFailed;
import dev.breakwater.ca.ledger.RevocationReason;
import dev.breakwater.ca.ledger.SerialNumber;
import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.Req;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers OCSP requests (RFC 6960): bytes in, bytes out; HTTP is the server's.
 *
 * <p>Answers are signed by the issuing key itself (RFC 6960 section 4.2.2.2, the first of the three
 * allowed signers). A delegated responder certificate pays when the responder runs elsewhere than
 * the authority; here both are one process around one key, and a delegated key would be one more
 * secret to seal, renew and never revoke. The price is one signature of the issuing key per
 * request, so whoever puts this on a network limits its rate. Safe for use by many threads.
 */
public final class OcspResponder {

    /** The largest request read; one certificate with a nonce takes about 120 bytes. */
    public static final int REQUEST_BYTES_MAX = 8 * 1024;

    /** The most certificates one request may ask about. */
    public static final int CERTIFICATES_MAX = 16;

    private static final Logger LOG = LoggerFactory.getLogger(OcspResponder.class);
    private static final int NONCE_BYTES_MIN = 1;
    private static final int NONCE_BYTES_MAX = 128;

    private final CaKey key;
    private final IssuanceLedger ledger;
    private final Duration validity;
    private final Clock clock;
    private final RespID responder;
    private final IssuerHashes issuerHashes;

    /**
     * A responder for the issuing authority; got from {@code CertificateAuthority}.
     *
     * @param validity from thisUpdate to nextUpdate
     */
    public OcspResponder(
            X509Certificate issuer,
            CaKey key,
            IssuanceLedger ledger,
            Duration validity,
            Clock clock) {
        this.key = key;
        this.ledger = ledger;
        this.validity = validity;
        this.clock = clock;
        this.responder =
                new RespID(X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded()));
        this.issuerHashes = IssuerHashes.of(issuer);
    }

    /**
     * Answers one request; every failure is an OCSP error answer (RFC 6960 section 2.3), never an
     * exception.
     *
     * @param request untrusted bytes
     */
    public byte[] answer(byte[] request) {
        OCSPReq parsed = parse(request);
        if (parsed == null) {
            return error(OCSPRespBuilder.MALFORMED_REQUEST);
        }
        try {
            return signedAnswer(parsed);
        } catch (LedgerFailed unavailable) {
            LOG.warn("an OCSP request is not answered: the ledger failed", unavailable);
            return error(OCSPRespBuilder.TRY_LATER);
        } catch (OCSPException | IOException | RuntimeOperatorException failed) {
            LOG.warn("an OCSP request is not answered: signing failed", failed);
            return error(OCSPRespBuilder.INTERNAL_ERROR);
        }
    }

    /**
     * What a fresh answer about one certificate is, with the nonce of whoever doubts the time: the
     * authority's word that the certificate is good, and that this is said now.
     *
     * @param nonce 1 to 128 bytes
     * @throws StatusUnavailable if the ledger or the key failed
     */
    public byte[] vouch(X509Certificate certificate, byte[] nonce) throws StatusUnavailable {
        if (nonce.length < NONCE_BYTES_MIN || nonce.length > NONCE_BYTES_MAX) {
            throw new IllegalArgumentException("a nonce has 1 to 128 bytes");
        }
        try {
            OCSPReqBuilder request = new OCSPReqBuilder();
            request.addRequest(issuerHashes.id(certificate.getSerialNumber()));
            request.setRequestExtensions(
                    new Extensions(
                            new Extension(
                                    OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                                    false,
                                    new DEROctetString(nonce).getEncoded())));
            return signedAnswer(request.build());
        } catch (LedgerFailed | OCSPException | IOException | RuntimeOperatorException failed) {
            throw new StatusUnavailable("the status of a certificate cannot be signed", failed);
        }
    }

    /** The request, or null if it is malformed, too large, or demands what we do not know. */
    private static @Nullable OCSPReq parse(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > REQUEST_BYTES_MAX) {
            return null;
        }
        try (ASN1InputStream in = new ASN1InputStream(bytes)) {
            OCSPReq request = new OCSPReq(OCSPRequest.getInstance(in.readObject()));
            int asked = request.getRequestList().length;
            Set<?> critical = request.getCriticalExtensionOIDs();
            boolean onlyNonceIsCritical =
                    critical.stream().allMatch(OCSPObjectIdentifiers.id_pkix_ocsp_nonce::equals);
            return in.read() == -1
                            && asked >= 1
                            && asked <= CERTIFICATES_MAX
                            && onlyNonceIsCritical
                            && hasAcceptableNonce(request)
                    ? request
                    : null;
        } catch (IOException | RuntimeException malformed) {
            return null;
        }
    }

    /**
     * RFC 9654 section 2.1: 1 to 128 octets. Unlimited, it would have us sign whatever an attacker
     * wants to see signed.
     */
    private static boolean hasAcceptableNonce(OCSPReq request) {
        Extension nonce = request.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
        if (nonce == null) {
            return true;
        }
        int length = ASN1OctetString.getInstance(nonce.getParsedValue()).getOctetsLength();
        return length >= NONCE_BYTES_MIN && length <= NONCE_BYTES_MAX;
    }

    private byte[] signedAnswer(OCSPReq request) throws LedgerFailed, OCSPException, IOException {
        Instant now = clock.instant();
        Date thisUpdate = Date.from(now);
        Date nextUpdate = Date.from(now.plus(validity));
        BasicOCSPRespBuilder answer = new BasicOCSPRespBuilder(responder);
        for (Req single : request.getRequestList()) {
            CertificateID id = single.getCertID();
            answer.addResponse(id, status(id), thisUpdate, nextUpdate);
        }
        Extension nonce = request.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
        if (nonce != null) {
            answer.setResponseExtensions(new Extensions(nonce));
        }
        return new OCSPRespBuilder()
                .build(
                        OCSPRespBuilder.SUCCESSFUL,
                        answer.build(
                                new CaContentSigner(key), new X509CertificateHolder[0], thisUpdate))
                .getEncoded();
    }

    /** Null is how Bouncy Castle spells "good". */
    private org.bouncycastle.cert.ocsp.@Nullable CertificateStatus status(CertificateID id)
            throws LedgerFailed {
        BigInteger serial = id.getSerialNumber();
        if (!issuerHashes.match(id) || serial.signum() <= 0 || serial.bitLength() >= 160) {
            return new UnknownStatus();
        }
        return switch (ledger.status(SerialNumber.of(serial))) {
            case CertificateStatus.Good _ -> null;
            case CertificateStatus.Unknown _ -> new UnknownStatus();
            case CertificateStatus.Revoked(var at, var reason) ->
                    reason == RevocationReason.UNSPECIFIED
                            ? new RevokedStatus(
                                    new RevokedInfo(new ASN1GeneralizedTime(Date.from(at)), null))
                            : new RevokedStatus(Date.from(at), reason.code());
        };
    }

    private static byte[] error(int status) {
        try {
            return new OCSPRespBuilder().build(status, null).getEncoded();
        } catch (OCSPException | IOException impossible) {
            throw new IllegalStateException("an OCSP error has no encoding", impossible);
        }
    }
}
