/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;

/**
 * What a peer needs for mutual TLS, in PEM files and once more in PKCS#12 stores: a key and
 * certificate of its own, and the fleet's authorities, which it trusts.
 *
 * @param root of the peer's own certificate, for the devices to trust
 * @param key the peer's private key
 * @param chain the peer's certificate and its issuer's
 * @param trusted what the fleet's certificates are checked against
 * @param keyStore key and chain
 * @param trustStore the same as {@code trusted}
 */
record PeerCredential(
        X509Certificate root, Path key, Path chain, Path trusted, Path keyStore, Path trustStore) {

    /** Of both stores, which lie beside the key in clear: a password in form only. */
    static final String PASSWORD = "benchmark";

    /** Makes the peer's key and certificate, P-256 as ours, and writes everything. */
    static PeerCredential write(Path directory, Fleet fleet) throws IOException {
        TestPki pki = TestPki.named("Peer", Clock.systemUTC());
        TestIdentity server = pki.server(ClientTls.SERVER_NAME, "127.0.0.1");
        Path key = directory.resolve("server.key");
        Path chain = directory.resolve("server.pem");
        Path trusted = directory.resolve("trusted.pem");
        Files.writeString(
                key, TestKeys.pem("PRIVATE KEY", server.keys().getPrivate().getEncoded()));
        Files.writeString(chain, pem(server.chain()));
        Files.writeString(trusted, pem(List.of(fleet.issuer(), fleet.root())));
        Path keyStore = directory.resolve("server.p12");
        Path trustStore = directory.resolve("trusted.p12");
        try {
            store(server.keyStore(PASSWORD.toCharArray()), keyStore);
            KeyStore authorities = KeyStore.getInstance("PKCS12");
            authorities.load(null, null);
            authorities.setCertificateEntry("issuer", fleet.issuer());
            authorities.setCertificateEntry("root", fleet.root());
            store(authorities, trustStore);
        } catch (GeneralSecurityException impossible) {
            throw new IOException("the JDK cannot write PKCS#12", impossible);
        }
        return new PeerCredential(pki.root(), key, chain, trusted, keyStore, trustStore);
    }

    private static void store(KeyStore content, Path file)
            throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            content.store(out, PASSWORD.toCharArray());
        }
    }

    private static String pem(List<X509Certificate> certificates) throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate certificate : certificates) {
                text.append(TestKeys.pem("CERTIFICATE", certificate.getEncoded()));
            }
        } catch (GeneralSecurityException unreadable) {
            throw new IOException("a certificate cannot be encoded", unreadable);
        }
        return text.toString();
    }
}
