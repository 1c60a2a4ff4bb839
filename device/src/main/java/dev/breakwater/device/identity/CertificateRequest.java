/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A request for a certificate (PKCS#10, RFC 2986), signed by the key it is for: that signature is
 * the proof of possession.
 */
public final class CertificateRequest {

    private final byte[] der;

    private CertificateRequest(byte[] der) {
        this.der = der;
    }

    /** The request, DER. */
    public byte[] der() {
        return der.clone();
    }

    /**
     * A device's first request; its subject is the serial as common name and nothing more.
     *
     * @throws KeyUnavailable if the key lives in a token that does not sign
     */
    public static CertificateRequest first(DeviceSerial serial, DeviceKey key)
            throws KeyUnavailable {
        X500Name subject =
                new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, serial.text()).build();
        return signed(new JcaPKCS10CertificationRequestBuilder(subject, key.publicKey()), key);
    }

    /**
     * A request to succeed a certificate: subject and alternative names are the current
     * certificate's, as RFC 7030 section 4.2.2 demands, the key is the new one.
     */
    public static CertificateRequest successorOf(X509Certificate current, DeviceKey key)
            throws IOException {
        try {
            JcaX509CertificateHolder holder = new JcaX509CertificateHolder(current);
            PKCS10CertificationRequestBuilder builder =
                    new JcaPKCS10CertificationRequestBuilder(holder.getSubject(), key.publicKey());
            Optional<GeneralNames> names =
                    Optional.ofNullable(
                            GeneralNames.fromExtensions(
                                    holder.getExtensions(), Extension.subjectAlternativeName));
            if (names.isPresent()) {
                ExtensionsGenerator extensions = new ExtensionsGenerator();
                extensions.addExtension(Extension.subjectAlternativeName, false, names.get());
                builder.addAttribute(
                        PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            return signed(builder, key);
        } catch (CertificateEncodingException unreadable) {
            throw new IOException("the current certificate cannot be encoded", unreadable);
        }
    }

    private static CertificateRequest signed(
            PKCS10CertificationRequestBuilder builder, DeviceKey key) throws KeyUnavailable {
        try {
            // No provider is named: the JDK picks the one the key's handle belongs to.
            ContentSigner signer =
                    new JcaContentSignerBuilder("SHA256withECDSA").build(key.privateKey());
            return new CertificateRequest(builder.build(signer).getEncoded());
        } catch (OperatorCreationException | RuntimeOperatorException | IOException unusable) {
            Optional<KeyUnavailable> gone = KeyUnavailable.in(unusable);
            if (gone.isPresent()) {
                throw gone.get();
            }
            throw new IllegalStateException(
                    "the key " + key.name() + " cannot sign with ECDSA and SHA-256", unusable);
        }
    }
}
