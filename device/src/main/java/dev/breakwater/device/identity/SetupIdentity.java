/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.protocol.setup.SetupKeyHash;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * What a device is known by while it is being set up: its set-up key and a certificate that the key
 * signed for itself. The certificate says nothing that anybody believes; app and server know the
 * key by its hash.
 *
 * @param key the set-up key
 * @param certificate made anew at each start
 */
public record SetupIdentity(DeviceKey key, X509Certificate certificate) {

    /**
     * Before any device: whoever reads the certificate has a clock of its own, as has the device.
     */
    private static final Instant NOT_BEFORE = Instant.parse("2020-01-01T00:00:00Z");

    /** No end that anybody could name, RFC 5280 section 4.1.2.5. */
    private static final Instant NOT_AFTER = Instant.parse("9999-12-31T23:59:59Z");

    /**
     * The identity of a device, whose set-up key is made if there is none.
     *
     * @throws KeyUnavailable if the key lives in a token that does not sign
     */
    public static SetupIdentity open(DeviceKeys keys, DeviceSerial serial) throws IOException {
        DeviceKey key = keys.setupKey();
        return new SetupIdentity(key, selfSigned(key, serial));
    }

    /** What stands on the label. */
    public SetupKeyHash hash() {
        return SetupKeyHash.of(key.publicKey());
    }

    private static X509Certificate selfSigned(DeviceKey key, DeviceSerial serial)
            throws IOException {
        X500Name name =
                new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, serial.text()).build();
        try {
            X509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                                    name,
                                    new BigInteger(1, SecureBytes.fresh(16)).setBit(0),
                                    Date.from(NOT_BEFORE),
                                    Date.from(NOT_AFTER),
                                    name,
                                    key.publicKey())
                            .addExtension(
                                    Extension.basicConstraints, true, new BasicConstraints(false))
                            .addExtension(
                                    Extension.keyUsage,
                                    true,
                                    new KeyUsage(KeyUsage.digitalSignature))
                            .addExtension(
                                    Extension.extendedKeyUsage,
                                    false,
                                    new ExtendedKeyUsage(
                                            new KeyPurposeId[] {
                                                KeyPurposeId.id_kp_serverAuth,
                                                KeyPurposeId.id_kp_clientAuth
                                            }));
            // No provider is named: the JDK picks the one the key's handle belongs to.
            byte[] der =
                    builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(key.privateKey()))
                            .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (OperatorCreationException | RuntimeOperatorException | CertificateException e) {
            Optional<KeyUnavailable> gone = KeyUnavailable.in(e);
            if (gone.isPresent()) {
                throw gone.get();
            }
            throw new IOException("the set-up key does not sign its certificate", e);
        }
    }
}
