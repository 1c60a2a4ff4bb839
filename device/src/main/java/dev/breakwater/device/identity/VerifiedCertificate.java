/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/**
 * A certificate that is ours: it carries the key we asked for, our serial, a device id, the purpose
 * of a TLS client, and a chain to the pinned root. Only {@link #verify} makes one.
 */
public final class VerifiedCertificate {

    /** What a TLS client certificate is for, RFC 5280 section 4.2.1.12. */
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    private static final int URI_NAME = 6;

    private final List<X509Certificate> chain;
    private final DeviceId deviceId;

    private VerifiedCertificate(List<X509Certificate> chain, DeviceId deviceId) {
        this.chain = List.copyOf(chain);
        this.deviceId = deviceId;
    }

    /**
     * Checks what the server issued, before anything is stored.
     *
     * @param leaf the issued certificate
     * @param trust the pinned root and what came with it
     * @param key the key the request was signed with
     * @param serial this device's serial
     * @param now the moment at which the certificate must not have expired; one that is not valid
     *     yet says that the device's clock is behind
     * @throws CertificateRefused naming the first thing that is wrong
     */
    public static VerifiedCertificate verify(
            X509Certificate leaf,
            ServerTrust trust,
            DeviceKey key,
            DeviceSerial serial,
            Instant now)
            throws CertificateRefused {
        if (!leaf.getPublicKey().equals(key.publicKey())) {
            throw new CertificateRefused("the issued certificate carries another key than ours");
        }
        if (!commonNames(leaf).equals(List.of(serial.text()))) {
            throw new CertificateRefused(
                    "the issued certificate is for %s, not for %s"
                            .formatted(commonNames(leaf), serial));
        }
        requireClientAuthentication(leaf);
        DeviceId deviceId = deviceIdIn(leaf);
        return new VerifiedCertificate(chainToRoot(leaf, trust, now), deviceId);
    }

    /** The certificate and those above it, without the root: what a TLS client sends. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** The device's id, from the subject alternative name. */
    public DeviceId deviceId() {
        return deviceId;
    }

    static DeviceId deviceIdIn(X509Certificate leaf) throws CertificateRefused {
        try {
            var names = leaf.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (Integer.valueOf(URI_NAME).equals(name.get(0))
                        && name.get(1) instanceof String uri
                        && uri.startsWith("urn:uuid:")) {
                    return DeviceId.parse(uri.substring("urn:uuid:".length()));
                }
            }
        } catch (CertificateParsingException | IllegalArgumentException malformed) {
            throw new CertificateRefused(
                    "the issued certificate's alternative names are malformed", malformed);
        }
        throw new CertificateRefused("the issued certificate names no device id");
    }

    private static void requireClientAuthentication(X509Certificate leaf)
            throws CertificateRefused {
        try {
            List<String> purposes = leaf.getExtendedKeyUsage();
            if (purposes != null && purposes.contains(CLIENT_AUTHENTICATION)) {
                return;
            }
        } catch (CertificateParsingException malformed) {
            throw new CertificateRefused("the issued certificate is malformed", malformed);
        }
        throw new CertificateRefused("the issued certificate is not for TLS clients");
    }

    private static List<String> commonNames(X509Certificate leaf) throws CertificateRefused {
        try {
            List<String> names = new ArrayList<>();
            for (RDN name : new JcaX509CertificateHolder(leaf).getSubject().getRDNs(BCStyle.CN)) {
                names.add(name.getFirst().getValue().toString());
            }
            return names;
        } catch (GeneralSecurityException malformed) {
            throw new CertificateRefused("the issued certificate is malformed", malformed);
        }
    }

    /** It was made for us just now, so one that begins later says that our clock is behind. */
    private static Instant momentFor(X509Certificate leaf, Instant now) {
        Instant beginning = leaf.getNotBefore().toInstant();
        return now.isBefore(beginning) ? beginning : now;
    }

    private static List<X509Certificate> chainToRoot(
            X509Certificate leaf, ServerTrust trust, Instant now) throws CertificateRefused {
        List<X509Certificate> candidates = new ArrayList<>(trust.intermediates());
        candidates.add(leaf);
        try {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(leaf);
            PKIXBuilderParameters parameters =
                    new PKIXBuilderParameters(Set.of(new TrustAnchor(trust.root(), null)), target);
            parameters.addCertStore(
                    CertStore.getInstance(
                            "Collection", new CollectionCertStoreParameters(candidates)));
            parameters.setDate(Date.from(momentFor(leaf, now)));
            // A certificate that was issued this second cannot be on a revocation list yet.
            parameters.setRevocationEnabled(false);
            PKIXCertPathBuilderResult found =
                    (PKIXCertPathBuilderResult)
                            CertPathBuilder.getInstance("PKIX").build(parameters);
            List<X509Certificate> chain = new ArrayList<>();
            found.getCertPath().getCertificates().forEach(c -> chain.add((X509Certificate) c));
            return chain;
        } catch (CertPathBuilderException noPath) {
            throw new CertificateRefused(
                    "the issued certificate has no valid chain to the pinned root", noPath);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no PKIX path builder", impossible);
        }
    }
}
