/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import dev.breakwater.device.Pause;
import dev.breakwater.device.est.EnrollmentOutcome;
import dev.breakwater.device.est.EstClient;
import dev.breakwater.device.identity.CertificateRefused;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.KeyUnavailable;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.device.identity.SetupIdentity;
import dev.breakwater.device.identity.VerifiedCertificate;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.exchange.ServerPlace;
import dev.breakwater.protocol.setup.exchange.SetupFailure;
import dev.breakwater.protocol.setup.exchange.SetupTicket;
import java.io.IOException;
import java.io.Serial;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enrolls by EST with the owner's ticket (RFC 7030): the serial and the ticket by HTTP Basic within
 * TLS that proves the set-up key; only to the server with the fingerprint the phone gave.
 *
 * <p>What a power cut leaves: before the certificate has come, a key that the next attempt asks
 * with again; after the place of the server is stored and before the certificate is, a device that
 * knows a server and has no certificate for it, and is set up again.
 */
public final class TicketEnrollment implements SetupEnrollment {

    private static final Logger LOG = LoggerFactory.getLogger(TicketEnrollment.class);

    /** A network that was joined this second may have no route or names yet. */
    private static final int ATTEMPTS_MAX = 3;

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(2);

    /** How many causes are followed: what reaches this limit goes round in a circle. */
    private static final int CAUSES_MAX = 32;

    private final DeviceSerial serial;
    private final SetupIdentity setup;
    private final CredentialSlots slots;
    private final SetupMemory memory;
    private final Clock clock;
    private final Pause pause;

    /**
     * An enrollment of one device.
     *
     * @param slots where the certificate goes; the agent must not use them at the same time
     */
    public TicketEnrollment(
            DeviceSerial serial,
            SetupIdentity setup,
            CredentialSlots slots,
            SetupMemory memory,
            Clock clock,
            Pause pause) {
        this.serial = serial;
        this.setup = setup;
        this.slots = slots;
        this.memory = memory;
        this.clock = clock;
        this.pause = pause;
    }

    @Override
    public Optional<SetupFailure> enroll(SetupTicket ticket, ServerPlace server)
            throws InterruptedException {
        try {
            EstClient est = new EstClient(server.host(), server.enrollmentPort(), clock);
            ServerTrust trust =
                    overNetwork(
                            () -> est.fetchTrust(new RootFingerprint(server.rootFingerprint())));
            requireClock(est, trust);
            DeviceKey key = stored(() -> prepared(trust));
            VerifiedCertificate issued =
                    overNetwork(
                            () ->
                                    certificate(
                                            est.enrollWithTicket(
                                                    trust, serial, ticket, setup, key)));
            return stored(
                    () -> {
                        memory.store(server);
                        slots.completeNext(issued);
                        return Optional.empty();
                    });
        } catch (NotEnrolled failed) {
            LOG.info("Not enrolled: {}: {}", failed.why.code(), failed.getMessage());
            return Optional.of(failed.why);
        }
    }

    private DeviceKey prepared(ServerTrust trust) throws IOException {
        if (slots.next().isPresent()) {
            // Left by an earlier set-up that has not connected since.
            slots.abandonNext();
        }
        slots.storeTrust(trust);
        return slots.keyForNext();
    }

    private VerifiedCertificate certificate(EnrollmentOutcome outcome)
            throws IOException, NotEnrolled {
        return switch (outcome) {
            case EnrollmentOutcome.Issued(var certificate) -> certificate;
            case EnrollmentOutcome.OwnedByAnother() ->
                    throw new NotEnrolled(
                            SetupFailure.OWNED_BY_ANOTHER, "the device has another owner");
            case EnrollmentOutcome.Pending(var _) ->
                    throw new NotEnrolled(
                            SetupFailure.SERVER_REFUSED, "somebody has to approve it first");
            case EnrollmentOutcome.Busy(var _) ->
                    throw new IOException("the server takes no requests at this moment");
            case EnrollmentOutcome.GivenAway(var _) ->
                    throw new NotEnrolled(SetupFailure.SERVER_REFUSED, "the device was given away");
            case EnrollmentOutcome.Refused(var reason, var _) ->
                    throw new NotEnrolled(SetupFailure.SERVER_REFUSED, reason);
        };
    }

    /** A root that is not valid when the clock shows: the server has to prove the time first. */
    private static void requireClock(EstClient est, ServerTrust trust)
            throws NotEnrolled, InterruptedException {
        if (!isValidNow(est, trust)) {
            try {
                est.learnTime(trust);
            } catch (IOException unproved) {
                throw new NotEnrolled(
                        SetupFailure.CLOCK_WRONG, String.valueOf(unproved.getMessage()));
            }
        }
        if (!isValidNow(est, trust)) {
            throw new NotEnrolled(
                    SetupFailure.CLOCK_WRONG,
                    "the clock shows %s, when the server's root is not valid".formatted(est.now()));
        }
    }

    private static boolean isValidNow(EstClient est, ServerTrust trust) {
        Instant now = est.now();
        return !now.isBefore(trust.root().getNotBefore().toInstant())
                && !now.isAfter(trust.root().getNotAfter().toInstant());
    }

    @FunctionalInterface
    private interface Step<T> {
        T take() throws IOException, CertificateRefused, NotEnrolled, InterruptedException;
    }

    private <T> T overNetwork(Step<T> step) throws NotEnrolled, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return step.take();
            } catch (CertificateRefused notOurServer) {
                throw new NotEnrolled(
                        SetupFailure.SERVER_REFUSED, String.valueOf(notOurServer.getMessage()));
            } catch (IOException failed) {
                String words = String.valueOf(failed.getMessage());
                Optional<KeyUnavailable> gone = KeyUnavailable.in(failed);
                if (gone.isPresent()) {
                    throw new NotEnrolled(
                            SetupFailure.KEY_UNAVAILABLE, String.valueOf(gone.get().getMessage()));
                }
                if (isAboutTime(failed)) {
                    throw new NotEnrolled(SetupFailure.CLOCK_WRONG, words);
                }
                if (isAboutTrust(failed)) {
                    throw new NotEnrolled(SetupFailure.SERVER_REFUSED, words);
                }
                if (attempt == ATTEMPTS_MAX) {
                    throw new NotEnrolled(SetupFailure.NO_INTERNET, words);
                }
                pause.rest(BETWEEN_ATTEMPTS);
            }
        }
    }

    /**
     * Whatever keeps the storage from storing, it is full as far as the owner is concerned; a token
     * that is gone is not.
     */
    private static <T> T stored(Step<T> step) throws NotEnrolled, InterruptedException {
        try {
            return step.take();
        } catch (KeyUnavailable gone) {
            throw new NotEnrolled(SetupFailure.KEY_UNAVAILABLE, String.valueOf(gone.getMessage()));
        } catch (IOException | CertificateRefused failed) {
            throw new NotEnrolled(SetupFailure.STORAGE_FULL, String.valueOf(failed.getMessage()));
        }
    }

    private static boolean isAboutTime(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof CertificateExpiredException
                    || cause instanceof CertificateNotYetValidException
                    || (cause instanceof CertPathValidatorException path
                            && (path.getReason() == CertPathValidatorException.BasicReason.EXPIRED
                                    || path.getReason()
                                            == CertPathValidatorException.BasicReason
                                                    .NOT_YET_VALID))) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** A server that the root does not vouch for under this name, or that refuses the handshake. */
    private static boolean isAboutTrust(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof CertificateException
                    || (cause instanceof SSLHandshakeException alert
                            && String.valueOf(alert.getMessage())
                                    .startsWith("Received fatal alert"))) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** An attempt failed in a way that is to be told. */
    private static final class NotEnrolled extends Exception {

        @Serial private static final long serialVersionUID = 1;

        private final SetupFailure why;

        NotEnrolled(SetupFailure why, String message) {
            super(message);
            this.why = why;
        }
    }
}
