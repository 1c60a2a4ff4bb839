/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.request.CertificateRequest;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.identity.Credential;
import dev.breakwater.server.identity.CredentialStatus;
import dev.breakwater.server.identity.CredentialStore;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.LapsedDevice;
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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The way back for a device whose certificate ended while it was away: it proves the old key by
 * TLS, asks for the next certificate, and waits until an operator approves it. Methods block.
 *
 * <p>The steps, and what a crash right after each leaves:
 *
 * <ol>
 *   <li>The registry has found nothing against the certificate but its end, which was not too long
 *       ago; the request is judged as any other. Nothing is stored.
 *   <li>The wish is stored, bound to the key of the request. A crash leaves a device that waits.
 *   <li>An operator decides ({@link Approvals}). Approving signs nothing.
 *   <li>The device asks again with the same key. The certificate is recorded, with the end of the
 *       wait, in one transaction, which refuses a successor of an ended certificate that nobody has
 *       approved. A crash before the answer leaves a certificate that a retry is given.
 * </ol>
 *
 * <p>There is one wish for each certificate that has ended: with another key it is refused, for an
 * operator has seen the first, and who was denied stays denied.
 */
public final class LapsedRenewals {

    private static final String WHERE = "est";

    private final LapsedRenewalStore store;
    private final CredentialStore credentials;
    private final DeviceStore devices;
    private final EnrollmentStore certificates;
    private final Issuing issuing;
    private final Refusals refusals;
    private final Limits limits;
    private final Clock clock;
    private final OneAtATime oneAtATime = new OneAtATime();

    /** Wires the life. */
    public LapsedRenewals(
            LapsedRenewalStore store,
            CredentialStore credentials,
            DeviceStore devices,
            EnrollmentStore certificates,
            RequestValidation validation,
            CertificateAuthority authority,
            Refusals refusals,
            MeterRegistry meters,
            Limits limits,
            Clock clock) {
        this.store = store;
        this.credentials = credentials;
        this.devices = devices;
        this.certificates = certificates;
        this.issuing = new Issuing(validation, authority, meters);
        this.refusals = refusals;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Lets a device wait, or gives it what it has waited for.
     *
     * @param pkcs10 untrusted: a certificate request in DER, as for {@link Renewals#renew}
     * @param source the address the request came from
     */
    EnrollmentOutcome renew(LapsedDevice device, byte[] pkcs10, String source) {
        try {
            CertificateRequest request = issuing.parse(pkcs10);
            return oneAtATime.run(device.serial(), () -> certify(device, request, source));
        } catch (EnrollmentRefused refused) {
            return refuse(refused, device, source);
        } catch (StorageUnavailable unavailable) {
            return refuse(
                    new EnrollmentRefused(RefusalReason.STORAGE_UNAVAILABLE, unavailable),
                    device,
                    source);
        }
    }

    private EnrollmentOutcome certify(
            LapsedDevice device, CertificateRequest request, String source)
            throws EnrollmentRefused {
        Optional<X509Certificate> given = successor(device, request);
        if (given.isPresent()) {
            return new EnrollmentOutcome.Issued(given.get());
        }
        var authorization =
                issuing.authorize(
                        request,
                        new CertificateSubject.Device(device.id(), device.serial()),
                        new IssuanceBasis.Renewal(device.credential().serialNumber()),
                        Issuing.demanded(product(device), device.credential().assurance()));
        LapsedRenewal renewal = waiting(device, request, source);
        if (!renewal.key().equals(request.key())) {
            throw new EnrollmentRefused(RefusalReason.LAPSED_RENEWAL_OTHER_KEY, Map.of());
        }
        return switch (renewal.state()) {
            case PENDING ->
                    new EnrollmentOutcome.Pending(
                            renewal.id(), limits.seconds(Limit.ENROLLMENT_RETRY_SECONDS));
            case DENIED ->
                    throw new EnrollmentRefused(RefusalReason.LAPSED_RENEWAL_DENIED, Map.of());
            case GRANTED -> new EnrollmentOutcome.Issued(issuing.issue(authorization));
            // What was issued then has ended as well, unused.
            case ISSUED ->
                    throw new EnrollmentRefused(
                            RefusalReason.CERTIFICATE_LAPSED_TOO_LONG, Map.of());
        };
    }

    /** The answer got lost: the same certificate, as long as it is good. */
    private Optional<X509Certificate> successor(LapsedDevice device, CertificateRequest request) {
        Instant now = clock.instant();
        return credentials.ofDevice(device.organization(), device.id()).stream()
                .filter(next -> next.generation() > device.credential().generation())
                .filter(next -> next.status() == CredentialStatus.ACTIVE)
                .filter(next -> now.isBefore(next.notAfter()))
                .filter(next -> next.publicKeySha256().equals(request.key().hex()))
                .map(Credential::fingerprint)
                .findFirst()
                .flatMap(next -> certificates.certificate(device.organization(), next));
    }

    private LapsedRenewal waiting(LapsedDevice device, CertificateRequest request, String source)
            throws EnrollmentRefused {
        Optional<LapsedRenewal> before =
                store.ofLapsed(device.organization(), device.credential().fingerprint());
        if (before.isPresent()) {
            return before.get();
        }
        LapsedRenewal wanted =
                new LapsedRenewal(
                        RedemptionId.fresh(),
                        device.organization(),
                        device.product(),
                        device.serial(),
                        device.id(),
                        device.credential().fingerprint(),
                        request.key(),
                        Redemption.State.PENDING,
                        clock.instant(),
                        source,
                        Optional.empty());
        return store.begin(wanted, limits.of(Limit.ENROLLMENTS_PENDING), requested(wanted))
                .orElseThrow(() -> new EnrollmentRefused(RefusalReason.SERVER_BUSY, Map.of()));
    }

    private static AuditEvent requested(LapsedRenewal wanted) {
        return AuditEvent.of(
                wanted.organization(),
                new Actor.ProvenDevice(wanted.device()),
                AuditAction.LAPSED_RENEWAL_REQUESTED,
                "enrollment:" + wanted.id(),
                Map.of(
                        "device", wanted.device().toString(),
                        "serial", wanted.serial().text(),
                        "key", wanted.key().hex(),
                        "lapsed", wanted.lapsed().hex(),
                        "source", wanted.requestedFrom()));
    }

    private Product product(LapsedDevice device) {
        return devices.product(device.organization(), device.product())
                .orElseThrow(
                        () -> new IllegalStateException("no product of " + device + " exists"));
    }

    private EnrollmentOutcome refuse(
            EnrollmentRefused refused, LapsedDevice device, String source) {
        Map<String, String> details = new TreeMap<>(refused.details());
        details.put("device", device.id().toString());
        details.put("source", source);
        refusals.record(
                new Refusal(
                        refused.reason(),
                        WHERE,
                        Optional.of(device.organization()),
                        new Actor.ProvenDevice(device.id()),
                        details));
        return new EnrollmentOutcome.Refused(refused.reason());
    }
}
