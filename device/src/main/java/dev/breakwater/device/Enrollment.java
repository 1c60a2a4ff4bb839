/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.est.EnrollmentCode;
import dev.breakwater.device.est.EnrollmentOutcome;
import dev.breakwater.device.est.EstClient;
import dev.breakwater.device.identity.CertificateRefused;
import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.ServerTrust;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets certificates into the next slot: the first with the enrollment code, later ones with the
 * certificate in use. Each call is one attempt; an {@link IOException} means that the same request
 * may be made again.
 */
final class Enrollment {

    private static final Logger LOG = LoggerFactory.getLogger(Enrollment.class);

    private final Provisioning provisioning;
    private final CredentialSlots slots;
    private final EnrollmentCodeSource codes;
    private final EstClient est;

    Enrollment(
            Provisioning provisioning,
            CredentialSlots slots,
            EnrollmentCodeSource codes,
            Clock clock) {
        this.provisioning = provisioning;
        this.slots = slots;
        this.codes = codes;
        this.est = new EstClient(provisioning.host(), provisioning.enrollmentPort(), clock);
    }

    /** The credential to connect with: the next if there is one, otherwise the current. */
    Optional<Credential> credential() throws IOException {
        Optional<Credential> next = slots.next();
        return next.isPresent() ? next : slots.current();
    }

    /** The server's root, fetched if this device has not met the server yet. */
    ServerTrust trust() throws IOException, RefusedByServer, InterruptedException {
        Optional<ServerTrust> known = slots.trust(provisioning.root());
        return known.isPresent() ? known.get() : fetchTrust();
    }

    /**
     * Fetched before each request, since the server's issuing certificates change over the years.
     */
    private ServerTrust fetchTrust() throws IOException, RefusedByServer, InterruptedException {
        try {
            ServerTrust trust = est.fetchTrust(provisioning.root());
            slots.storeTrust(trust);
            return trust;
        } catch (CertificateRefused notOurServer) {
            throw new RefusedByServer(
                    Refusal.Kind.SERVER_NOT_TRUSTED, String.valueOf(notOurServer.getMessage()));
        }
    }

    /** Asks once for the first certificate. */
    void first() throws IOException, RefusedByServer, InterruptedException {
        EnrollmentCode code =
                codes.code()
                        .orElseThrow(
                                () ->
                                        new RefusedByServer(
                                                Refusal.Kind.ENROLLMENT,
                                                "this device has neither a certificate nor an enrollment code: provision it with a fresh code"));
        ServerTrust trust = fetchTrust();
        store(est.enroll(trust, provisioning.serial(), code, slots.keyForNext()));
    }

    /** Asks once for the successor of the credential in use. */
    void renew(Credential current) throws IOException, RefusedByServer, InterruptedException {
        ServerTrust trust = fetchTrust();
        try {
            store(est.reenroll(trust, provisioning.serial(), current, slots.keyForNext()));
        } catch (IOException failed) {
            RefusedByServer.throwIfCertificateRefused(failed);
            throw failed;
        }
    }

    private void store(EnrollmentOutcome outcome) throws IOException, RefusedByServer {
        switch (outcome) {
            case EnrollmentOutcome.Issued(var certificate) -> {
                slots.completeNext(certificate);
                LOG.info(
                        "Received a certificate for device {}, valid until {}",
                        certificate.deviceId(),
                        certificate.chain().getFirst().getNotAfter().toInstant());
            }
            case EnrollmentOutcome.Pending(var retryAfter) ->
                    throw new RefusedByServer(
                            Refusal.Kind.AWAITING_APPROVAL,
                            "the request waits for approval by an operator",
                            Optional.of(retryAfter));
            case EnrollmentOutcome.Busy(var retryAfter) ->
                    throw new RefusedByServer(
                            Refusal.Kind.BUSY,
                            "the server takes no requests for certificates right now",
                            Optional.of(retryAfter));
            case EnrollmentOutcome.Refused(var reason) -> {
                // A refused key may be one the server knows already: the next request has another.
                slots.abandonNext();
                throw new RefusedByServer(Refusal.Kind.ENROLLMENT, reason);
            }
        }
    }

    /** The first certificate is durable: the code has done its work. */
    void eraseCode() throws IOException {
        codes.erase();
    }

    /** The credential has connected: if it was the next one, it is current from now on. */
    void connected() throws IOException {
        if (slots.next().isPresent()) {
            slots.promoteNext();
            LOG.info("The new certificate has connected; the old key is destroyed");
        }
    }

    /**
     * The server refused the credential this device tried. If that was a successor, the current one
     * is tried again. Only a spoken refusal comes here, never a lost connection: the server may
     * have seen the successor connect before the connection was lost, and would take its
     * predecessor for a clone from then on.
     */
    void refused() throws IOException {
        if (slots.next().isPresent() && slots.current().isPresent()) {
            LOG.warn("The server refused the new certificate; back to the one before");
            slots.abandonNext();
        }
    }
}
