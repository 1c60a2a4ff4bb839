/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.request.CertificateRequest;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.Credential;
import dev.breakwater.server.identity.CredentialStatus;
import dev.breakwater.server.identity.CredentialStore;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The life "a device renews": from the current certificate to its successor, with the same key or a
 * new one (RFC 7030 section 4.2.2). EST and the channel both come here. Methods block; they belong
 * on virtual threads.
 *
 * <p>The successor has the next generation. The current certificate stays good until a successor
 * has connected, so whatever gets lost on the way, the device has one that works; from then on it
 * is the sign of a clone. A retry with a key that has a successor already, because the answer got
 * lost or the server was killed before it, is given that one again. A crash before the certificate
 * is recorded leaves a spent serial number and nothing else.
 */
public final class Renewals {

    private final CredentialStore credentials;
    private final DeviceStore devices;
    private final EnrollmentStore certificates;
    private final Issuing issuing;
    private final Refusals refusals;
    private final Limits limits;
    private final Clock clock;
    private final OneAtATime oneAtATime = new OneAtATime();

    /** Wires the life. */
    public Renewals(
            CredentialStore credentials,
            DeviceStore devices,
            EnrollmentStore certificates,
            RequestValidation validation,
            CertificateAuthority authority,
            Refusals refusals,
            MeterRegistry meters,
            Limits limits,
            Clock clock) {
        this.credentials = credentials;
        this.devices = devices;
        this.certificates = certificates;
        this.issuing = new Issuing(validation, authority, meters);
        this.refusals = refusals;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Renews a device's certificate.
     *
     * @param pkcs10 untrusted: a certificate request in DER with the subject of the current
     *     certificate, and its alternative name or none
     * @param where the gate through which the device asks: {@code est} or {@code channel}
     */
    public EnrollmentOutcome renew(AuthenticatedDevice device, byte[] pkcs10, String where) {
        try {
            CertificateRequest request = issuing.parse(pkcs10);
            return oneAtATime.run(device.serial(), () -> certify(device, request));
        } catch (EnrollmentRefused refused) {
            return refuse(refused, device, where);
        } catch (StorageUnavailable unavailable) {
            return refuse(
                    new EnrollmentRefused(RefusalReason.STORAGE_UNAVAILABLE, unavailable),
                    device,
                    where);
        }
    }

    private EnrollmentOutcome certify(AuthenticatedDevice device, CertificateRequest request)
            throws EnrollmentRefused {
        if (!(device.credential() instanceof Credential previous)) {
            // A token is no ground for a certificate: it would make a sure identity of an unsure.
            throw new EnrollmentRefused(RefusalReason.CERTIFICATE_MISSING, Map.of());
        }
        List<Credential> successors = successors(device);
        Optional<X509Certificate> given =
                successors.stream()
                        .filter(
                                successor ->
                                        successor.publicKeySha256().equals(request.key().hex()))
                        .findFirst()
                        .flatMap(
                                successor ->
                                        certificates.certificate(
                                                device.organization(), successor.fingerprint()));
        if (given.isPresent()) {
            return new EnrollmentOutcome.Issued(given.get());
        }
        int unusedMax = limits.of(Limit.CREDENTIALS_UNUSED);
        if (successors.size() >= unusedMax) {
            throw new EnrollmentRefused(
                    RefusalReason.RENEWALS_UNUSED_TOO_MANY,
                    Map.of("limit", Integer.toString(unusedMax)));
        }
        return new EnrollmentOutcome.Issued(
                issuing.issue(
                        issuing.authorize(
                                request,
                                new CertificateSubject.Device(device.id(), device.serial()),
                                new IssuanceBasis.Renewal(previous.serialNumber()),
                                Issuing.demanded(product(device), previous.assurance()))));
    }

    /** As it stands now: a connection may be older than the product's profile. */
    private Product product(AuthenticatedDevice device) {
        return devices.product(device.organization(), device.product())
                .orElseThrow(
                        () -> new IllegalStateException("no product of " + device + " exists"));
    }

    /** Certificates that were issued after the one the device came with, and never used. */
    private List<Credential> successors(AuthenticatedDevice device) {
        Instant now = clock.instant();
        int generation = device.credential().generation();
        return credentials.ofDevice(device.organization(), device.id()).stream()
                .filter(credential -> credential.generation() > generation)
                .filter(credential -> credential.status() == CredentialStatus.ACTIVE)
                .filter(credential -> now.isBefore(credential.notAfter()))
                .toList();
    }

    private EnrollmentOutcome refuse(
            EnrollmentRefused refused, AuthenticatedDevice device, String where) {
        refusals.record(
                new Refusal(
                        refused.reason(),
                        where,
                        Optional.of(device.organization()),
                        new Actor.ProvenDevice(device.id()),
                        refused.details()));
        return new EnrollmentOutcome.Refused(refused.reason());
    }
}
