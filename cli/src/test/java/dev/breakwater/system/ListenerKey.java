/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.breakwater.protocol.sealing.SealingKey;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;

/**
 * With what a server's listeners prove themselves, as whoever has both the data directory and the
 * sealing key reads it.
 */
record ListenerKey(X509Certificate certificate, PrivateKey key) {

    private static final byte[] CONTEXT = "listener key".getBytes(US_ASCII);

    static ListenerKey of(ServerPlace place, SealingKey sealingKey) throws Exception {
        Path tls = place.data().resolve("tls");
        X509Certificate certificate =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(
                                        new ByteArrayInputStream(
                                                Files.readAllBytes(tls.resolve("listener.crt"))));
        byte[] serial = certificate.getSerialNumber().toByteArray();
        byte[] context = new byte[CONTEXT.length + serial.length];
        System.arraycopy(CONTEXT, 0, context, 0, CONTEXT.length);
        System.arraycopy(serial, 0, context, CONTEXT.length, serial.length);
        byte[] pkcs8 =
                sealingKey.open(Files.readAllBytes(tls.resolve("listener.key.sealed")), context);
        return new ListenerKey(
                certificate,
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
    }
}
