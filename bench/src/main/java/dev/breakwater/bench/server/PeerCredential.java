/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;

/**
 * What a peer needs for mutual TLS, in PEM files: a key and certificate of its own, and the fleet's
 * authorities, which it trusts.
 *
 * @param root of the peer's own certificate, for the devices to trust
 * @param key the peer's private key
 * @param chain the peer's certificate and its issuer's
 * @param trusted what the fleet's certificates are checked against
 */
record PeerCredential(X509Certificate root, Path key, Path chain, Path trusted) {

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
        return new PeerCredential(pki.root(), key, chain, trusted);
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
