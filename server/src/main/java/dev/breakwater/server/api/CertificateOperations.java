/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.status.OcspResponder;
import dev.breakwater.ca.status.RevocationListPublisher;
import dev.breakwater.ca.status.StatusUnavailable;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.nio.charset.StandardCharsets;
import java.security.cert.CRLException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What third parties need of the certificate authority. Public by its nature. */
final class CertificateOperations {

    private final byte[] chain;
    private final OcspResponder responder;
    private final RevocationListPublisher publisher;
    private final Duration listLife;
    private final Clock clock;
    private Optional<Published> published = Optional.empty();

    CertificateOperations(CertificateAuthority authority, Limits limits, Clock clock) {
        this.chain = pem(authority.issuers());
        this.responder = authority.ocspResponder();
        this.publisher = authority.revocationLists();
        this.listLife = limits.seconds(Limit.REVOCATION_LIST_SECONDS);
        this.clock = clock;
    }

    void register(Handlers handlers) {
        handlers.open(
                        "getCertificateChain",
                        call -> Reply.bytes("application/pem-certificate-chain", chain))
                .open(
                        "getCertificateRevocationList",
                        call -> Reply.bytes("application/pkix-crl", revocationList()))
                .open(
                        "askCertificateStatus",
                        call ->
                                Reply.bytes(
                                        "application/ocsp-response",
                                        responder.answer(call.bytes())));
    }

    /**
     * One list for everybody who asks within a while: anybody may ask, and each list costs a
     * signature of the issuing key.
     */
    private synchronized byte[] revocationList() {
        Instant now = clock.instant();
        if (published.isEmpty() || !now.isBefore(published.get().at().plus(listLife))) {
            try {
                published = Optional.of(new Published(now, publisher.publish().getEncoded()));
            } catch (StatusUnavailable | CRLException unavailable) {
                throw new StorageUnavailable("no revocation list can be made", unavailable);
            }
        }
        return published.get().der();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
    private record Published(Instant at, byte[] der) {}

    private static byte[] pem(List<X509Certificate> certificates) {
        Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
        StringBuilder pem = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(lines.encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            } catch (CertificateEncodingException impossible) {
                throw new IllegalStateException("an authority has a good encoding", impossible);
            }
        }
        return pem.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
