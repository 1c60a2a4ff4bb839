/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.ca.request.MalformedRequest.Reason;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/** A PKCS#10 certificate request (RFC 2986) that could be read; nothing in it is believed yet. */
public final class CertificateRequest {

    /** The largest request read; one with an RSA key of 4096 bits takes 1.7 KB. */
    public static final int BYTES_MAX = 16 * 1024;

    private static final int ATTRIBUTES_MAX = 16;

    private final byte[] encoded;
    private final CertificationRequest request;
    private final byte[] subjectPublicKey;
    private final @Nullable Extensions requestedExtensions;

    private CertificateRequest(
            byte[] encoded,
            CertificationRequest request,
            byte[] subjectPublicKey,
            @Nullable Extensions requestedExtensions) {
        this.encoded = encoded;
        this.request = request;
        this.subjectPublicKey = subjectPublicKey;
        this.requestedExtensions = requestedExtensions;
    }

    /**
     * Reads a request.
     *
     * @param pkcs10 untrusted DER, at most {@value #BYTES_MAX} bytes
     * @throws MalformedRequest if it is anything else than one whole request
     */
    public static CertificateRequest parse(byte[] pkcs10) throws MalformedRequest {
        if (pkcs10.length == 0) {
            throw new MalformedRequest(Reason.EMPTY, "the certificate request is empty");
        }
        if (pkcs10.length > BYTES_MAX) {
            throw new MalformedRequest(
                    Reason.TOO_LARGE,
                    "the certificate request has "
                            + pkcs10.length
                            + " bytes; at most "
                            + BYTES_MAX
                            + " are read");
        }
        ASN1Primitive value = readDer(pkcs10);
        try {
            CertificationRequest request = CertificationRequest.getInstance(value);
            CertificationRequestInfo content = request.getCertificationRequestInfo();
            if (content.getVersion().getValue().signum() != 0) {
                throw new MalformedRequest(
                        Reason.VERSION,
                        "the certificate request has version "
                                + content.getVersion()
                                + " on the wire; RFC 2986 knows only 0");
            }
            byte[] key = content.getSubjectPublicKeyInfo().getEncoded("DER");
            return new CertificateRequest(
                    pkcs10.clone(), request, key, requestedExtensions(content.getAttributes()));
        } catch (IOException | RuntimeException notARequest) {
            // Bouncy Castle reports a wrong structure with several unchecked exceptions.
            throw new MalformedRequest(
                    Reason.NOT_PKCS10, "the bytes are DER but not a PKCS#10 certificate request");
        }
    }

    /**
     * Makes and signs a request for a key of this process's own, as a listener of the server needs.
     *
     * @param keys an elliptic curve key pair
     * @param commonName what stands in the subject
     */
    public static CertificateRequest signedBy(KeyPair keys, String commonName)
            throws GeneralSecurityException {
        X500Name subject =
                new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
        try {
            CertificationRequestInfo content =
                    new CertificationRequestInfo(
                            subject,
                            SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()),
                            new DERSet());
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(content.getEncoded("DER"));
            return parse(
                    new CertificationRequest(
                                    content,
                                    new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256),
                                    new DERBitString(signature.sign()))
                            .getEncoded("DER"));
        } catch (IOException | MalformedRequest cannotHappen) {
            throw new IllegalStateException("our own request cannot be read", cannotHappen);
        }
    }

    /** The request as it was read, in DER. */
    public byte[] encoded() {
        return encoded.clone();
    }

    /** The fingerprint of the public key it asks to certify. */
    public KeyFingerprint key() {
        return KeyFingerprint.of(subjectPublicKey);
    }

    byte[] subjectPublicKey() {
        return subjectPublicKey;
    }

    X500Name subject() {
        return request.getCertificationRequestInfo().getSubject();
    }

    AlgorithmIdentifier signatureAlgorithm() {
        return request.getSignatureAlgorithm();
    }

    byte[] signature() {
        return request.getSignature().getOctets();
    }

    /** The bytes the signature covers; DER was enforced, so encoding again gives what was sent. */
    byte[] signedContent() {
        try {
            return request.getCertificationRequestInfo().getEncoded("DER");
        } catch (IOException impossible) {
            throw new IllegalStateException("a parsed request could not be encoded", impossible);
        }
    }

    /** The extensions it asks for, or null. */
    @Nullable Extensions requestedExtensions() {
        return requestedExtensions;
    }

    private static ASN1Primitive readDer(byte[] bytes) throws MalformedRequest {
        try (ASN1InputStream in = new ASN1InputStream(bytes)) {
            ASN1Primitive value = in.readObject();
            if (value == null) {
                throw notDer();
            }
            if (in.read() != -1) {
                throw new MalformedRequest(
                        Reason.TRAILING_BYTES, "bytes follow the certificate request");
            }
            // Signatures and fingerprints are over bytes: two encodings of one request must not
            // both
            // be read, or a copy could pass for another request.
            if (!Arrays.equals(value.getEncoded("DER"), bytes)) {
                throw notDer();
            }
            return value;
        } catch (IOException | RuntimeException notAsn1) {
            throw notDer();
        }
    }

    private static MalformedRequest notDer() {
        return new MalformedRequest(
                Reason.NOT_DER, "the certificate request is not DER, or is cut short");
    }

    private static @Nullable Extensions requestedExtensions(@Nullable ASN1Set attributes)
            throws MalformedRequest {
        if (attributes == null) {
            return null;
        }
        if (attributes.size() > ATTRIBUTES_MAX) {
            throw new MalformedRequest(
                    Reason.ATTRIBUTES,
                    "the certificate request has more than " + ATTRIBUTES_MAX + " attributes");
        }
        Extensions requested = null;
        for (ASN1Encodable element : attributes) {
            Attribute attribute = Attribute.getInstance(element);
            if (attribute.getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)) {
                if (requested != null || attribute.getAttrValues().size() != 1) {
                    throw new MalformedRequest(
                            Reason.ATTRIBUTES, "the certificate request asks for extensions twice");
                }
                requested = readExtensions(attribute.getAttrValues().getObjectAt(0));
            }
        }
        return requested;
    }

    private static Extensions readExtensions(ASN1Encodable value) throws MalformedRequest {
        try {
            return Extensions.getInstance(value);
        } catch (RuntimeException unreadable) {
            // Also thrown for an extension that stands there twice (RFC 5280 section 4.2).
            throw new MalformedRequest(
                    Reason.ATTRIBUTES, "the extensions the request asks for cannot be read");
        }
    }
}
