/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.server.attestation.Attestations;
import dev.breakwater.server.delivery.UpdateDelivery;
import dev.breakwater.server.delivery.UpdateFiles;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.http.Audience;
import dev.breakwater.server.http.ErrorText;
import dev.breakwater.server.http.Guards;
import dev.breakwater.server.http.HttpVersions;
import dev.breakwater.server.http.HttpsListener;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.ownership.Disposals;
import dev.breakwater.server.ownership.ErasureReceipts;
import dev.breakwater.server.tls.ClientCertificates;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import java.security.cert.X509Certificate;
import java.util.List;
import org.eclipse.jetty.http.HttpStatus;

/** The port on which devices enroll and renew: EST over HTTP/1.1, and what else they ask. */
public final class EstListener implements AutoCloseable {

    private final HttpsListener listener;
    private final TimeDesk time;

    private EstListener(HttpsListener listener, TimeDesk time) {
        this.listener = listener;
        this.time = time;
    }

    /**
     * What the listener serves and whom it asks.
     *
     * @param registry says who a device is
     * @param firewall says from where its product lets it come
     * @param disposals says whether its owner has given it away
     * @param receipts takes the word of devices that have erased themselves for that
     * @param attestations proves that devices' keys are in a TPM
     * @param files that devices' updates are made of
     * @param time proves it to devices that doubt their clock
     */
    public record Surroundings(
            Enrollment enrollment,
            TicketEnrollment ticketEnrollment,
            Renewals renewals,
            LapsedRenewals lapsed,
            DeviceRegistry registry,
            Firewall firewall,
            Disposals disposals,
            ErasureReceipts receipts,
            Attestations attestations,
            UpdateFiles files,
            TimeProof time) {}

    /**
     * Binds the port and serves.
     *
     * @param host the address to bind
     * @param port 8884, or 0 for any free one
     * @param authorities what {@code cacerts} answers: issuing authority first, root last
     */
    public static EstListener start(
            String host,
            int port,
            TlsPolicy tls,
            TlsIdentity identity,
            Surroundings surroundings,
            Guards guards,
            List<X509Certificate> authorities) {
        UnprovenQuestions questions = new UnprovenQuestions(guards.limits(), System::nanoTime);
        TimeDesk time = new TimeDesk(identity, guards, questions, surroundings.time());
        DeviceRequestsHandler handler =
                new DeviceRequestsHandler(
                        new EstHandler(surroundings, guards, authorities),
                        new ReceiptDesk(surroundings.receipts(), guards, questions),
                        new AttestationDesk(surroundings, guards),
                        time,
                        new UpdateDelivery(
                                surroundings.registry(),
                                surroundings.firewall(),
                                surroundings.files(),
                                guards));
        HttpsListener.Settings settings =
                new HttpsListener.Settings(
                        "est",
                        host,
                        port,
                        Audience.DEVICES,
                        HttpVersions.HTTP_1_1,
                        tls,
                        ClientCertificates.ASKED);
        return new EstListener(
                HttpsListener.start(settings, identity, handler, new PlainText(), guards), time);
    }

    /** The port in use. */
    public int port() {
        return listener.port();
    }

    /** Uses another certificate from the next handshake on. */
    public void identify(TlsIdentity identity) {
        listener.identify(identity);
        time.identify(identity);
    }

    /** Stops accepting, lets requests in work end for a few seconds, then closes. */
    @Override
    public void close() {
        listener.close();
    }

    /** Errors are for people to read (RFC 8951 section 3.3.1), and say the status in words. */
    private static final class PlainText implements ErrorText {
        @Override
        public String contentType() {
            return "text/plain;charset=utf-8";
        }

        @Override
        public String body(int status) {
            return HttpStatus.getMessage(status) + "\n";
        }
    }
}
