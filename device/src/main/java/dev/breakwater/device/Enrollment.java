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
import java.time.Duration;
import java.time.Instant;
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
    private final FlooredClock clock;
    private final EstClient est;

    Enrollment(
            Provisioning provisioning,
            CredentialSlots slots,
            EnrollmentCodeSource codes,
            FlooredClock clock) {
        this.provisioning = provisioning;
        this.slots = slots;
        this.codes = codes;
        this.clock = clock;
        this.est =
                new EstClient(
                        provisioning.host(), provisioning.enrollmentPort(), clock, clock::proved);
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

    /**
     * Asks once for the successor of a credential that has ended or was refused: whoever is let in
     * no more learns here whether it may wait for an operator, or is to erase itself. The key is
     * kept for as long as the answer is about the device: an operator approves this very key.
     */
    void recover(Credential used) throws IOException, RefusedByServer, InterruptedException {
        Optional<Credential> next = slots.next();
        if (next.isPresent()) {
            // All that is left, or later than the current one, which has ended as well.
            slots.promoteNext();
        }
        ServerTrust trust = fetchTrust();
        EnrollmentOutcome outcome =
                est.reenroll(trust, provisioning.serial(), used, slots.keyForNext());
        if (outcome instanceof EnrollmentOutcome.Refused(var reason, var ofRequest) && !ofRequest) {
            throw new RefusedByServer(Refusal.Kind.CERTIFICATE, reason);
        }
        store(outcome);
    }

    /** Whether this credential is still the one to connect with. */
    boolean stillUses(Credential used) throws IOException {
        return credential().filter(now -> now.certificate().equals(used.certificate())).isPresent();
    }

    /** Has the server prove what time it is. */
    void learnTime() throws IOException, RefusedByServer, InterruptedException {
        est.learnTime(trust());
    }

    /**
     * Whether a moment has passed by which something ends or is due. A clock that says so and may
     * be ahead is not taken at its word: what time it is the server has to prove then, unless it
     * has before.
     *
     * @throws IOException if the server could not be asked
     */
    boolean hasPassed(Instant moment) throws IOException, RefusedByServer, InterruptedException {
        if (clock.instant().isBefore(moment)) {
            return false;
        }
        if (clock.floor().isBefore(moment)) {
            learnTime();
        }
        return !moment.isAfter(clock.instant());
    }

    /** How far the machine's clock is ahead of the time, if it is known to be. */
    Optional<Duration> clockAhead() {
        return clock.ahead();
    }

    private void store(EnrollmentOutcome outcome) throws IOException, RefusedByServer {
        switch (outcome) {
            case EnrollmentOutcome.Issued(var certificate) -> {
                slots.completeNext(certificate);
                clock.heard(certificate.chain().getFirst().getNotBefore().toInstant());
                LOG.info(
                        "Received a certificate for the {} of device {}, valid until {}",
                        slots.protection().code(),
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
            case EnrollmentOutcome.OwnedByAnother() ->
                    throw new RefusedByServer(
                            Refusal.Kind.ENROLLMENT, "the device has another owner");
            case EnrollmentOutcome.GivenAway(var device) ->
                    throw new RefusedByServer(
                            Refusal.Kind.GIVEN_AWAY,
                            "the owner of device %s has given it away".formatted(device));
            case EnrollmentOutcome.Refused(var reason, var _) -> {
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
     * predecessor for a clone from then on. A current one that has ended is nothing to go back to:
     * an operator has approved its successor and would approve no other.
     */
    void refused() throws IOException {
        boolean hasOther =
                slots.current()
                        .filter(current -> clock.instant().isBefore(current.notAfter()))
                        .isPresent();
        if (hasOther && slots.next().isPresent()) {
            LOG.warn("The server refused the new certificate; back to the one before");
            slots.abandonNext();
        }
    }
}
