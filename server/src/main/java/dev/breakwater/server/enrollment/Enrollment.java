/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.request.CertificateRequest;
import dev.breakwater.ca.request.IssuanceAuthorization;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The life "a device enrolls": from an enrollment code and a certificate request to the device's
 * first certificate. Methods block; they belong on virtual threads.
 *
 * <p>The steps, and what a crash right after each leaves:
 *
 * <ol>
 *   <li>The code is recognized by its id, its secret compared, its organization known; the source
 *       is one that the product's rules allow. Nothing is stored.
 *   <li>The serial is one the code is for. Nothing is stored.
 *   <li>The request is parsed, and if this code, serial and key have been here before, the life
 *       goes on where it stopped. Nothing is stored.
 *   <li>The certificate authority's validators judge the request, before the code is touched: a
 *       broken request does not use it up. Nothing is stored.
 *   <li>Code, serial and key are bound, durably, with an audit entry; pending if an operator has to
 *       approve. A crash leaves a bound code: a retry with the same key goes on, any other key is
 *       refused as used.
 *   <li>The authority reserves a serial number, durably. A crash leaves a spent number; a retry
 *       reserves another one.
 *   <li>It signs. A crash leaves a certificate nobody has seen and the registry does not admit; a
 *       retry signs another one.
 *   <li>It records the certificate, and in the same transaction the device, its credential, the end
 *       of the binding and the audit entry. A crash leaves an enrolled device without its answer; a
 *       retry is answered from the record, so that no second certificate exists.
 *   <li>The device is answered.
 * </ol>
 */
public final class Enrollment {

    private static final String WHERE = "est";

    private final EnrollmentStore store;
    private final DeviceStore devices;
    private final Issuing issuing;
    private final Firewall firewall;
    private final Refusals refusals;
    private final Limits limits;
    private final Clock clock;
    private final WrongCodes wrongCodes;
    private final OneAtATime oneAtATime = new OneAtATime();

    /** Wires the life. */
    public Enrollment(
            EnrollmentStore store,
            DeviceStore devices,
            RequestValidation validation,
            CertificateAuthority authority,
            Firewall firewall,
            Refusals refusals,
            MeterRegistry meters,
            Limits limits,
            Clock clock) {
        this.store = store;
        this.devices = devices;
        this.issuing = new Issuing(validation, authority, meters);
        this.firewall = firewall;
        this.refusals = refusals;
        this.limits = limits;
        this.clock = clock;
        this.wrongCodes =
                new WrongCodes(
                        limits.of(Limit.ENROLLMENT_FAILURES_PER_MINUTE),
                        limits.of(Limit.ENROLLMENT_SOURCES),
                        clock);
    }

    /**
     * Enrolls a device.
     *
     * @param serialText untrusted: the maker's name for the device
     * @param codeText untrusted: the enrollment code
     * @param pkcs10 untrusted: the certificate request in DER
     * @param source the address the request came from
     */
    public EnrollmentOutcome enroll(
            String serialText, String codeText, byte[] pkcs10, String source) {
        Known known = new Known(new Actor.Unproven(source));
        try {
            EnrollmentCode code = provenCode(codeText, source);
            known.organization = Optional.of(code.organization());
            known.actor = new Actor.CodeHolder(code.id().toString());
            requireAllowed(code, source);
            DeviceSerial serial = listedSerial(code, serialText);
            CertificateRequest request = issuing.parse(pkcs10);
            return oneAtATime.run(serial, () -> certify(code, serial, request, source));
        } catch (EnrollmentRefused refused) {
            return refuse(refused, known, serialText, source);
        } catch (StorageUnavailable unavailable) {
            return refuse(
                    new EnrollmentRefused(RefusalReason.STORAGE_UNAVAILABLE, unavailable),
                    known,
                    serialText,
                    source);
        }
    }

    /** Steps 3 to 9, one request of a device at a time. */
    private EnrollmentOutcome certify(
            EnrollmentCode code, DeviceSerial serial, CertificateRequest request, String source)
            throws EnrollmentRefused {
        Optional<Redemption> before = store.redemption(code.organization(), code.id(), serial);
        if (before.isPresent() && !before.get().key().equals(request.key())) {
            throw new EnrollmentRefused(RefusalReason.ENROLLMENT_CODE_USED, Map.of());
        }
        if (before.isPresent() && before.get().state() == Redemption.State.ISSUED) {
            return answerAgain(before.get());
        }
        Redemption redemption = before.orElseGet(() -> wanted(code, serial, request, source));
        IssuanceAuthorization authorization =
                issuing.authorize(
                        request,
                        new CertificateSubject.Device(redemption.device(), serial),
                        basis(redemption),
                        Issuing.demanded(product(code), code.assurance()));
        Redemption bound = before.isPresent() ? redemption : bind(redemption);
        return switch (bound.state()) {
            case PENDING ->
                    new EnrollmentOutcome.Pending(
                            bound.id(), limits.seconds(Limit.ENROLLMENT_RETRY_SECONDS));
            case DENIED -> throw new EnrollmentRefused(RefusalReason.ENROLLMENT_DENIED, Map.of());
            case GRANTED -> {
                requireFree(bound);
                yield new EnrollmentOutcome.Issued(issuing.issue(authorization));
            }
            case ISSUED -> answerAgain(bound);
        };
    }

    private Product product(EnrollmentCode code) {
        return devices.product(code.organization(), code.product())
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "no product of code " + code.id() + " exists"));
    }

    private EnrollmentCode provenCode(String codeText, String source) throws EnrollmentRefused {
        if (wrongCodes.tooMany(source)) {
            throw new EnrollmentRefused(RefusalReason.TOO_MANY_REQUESTS, Map.of());
        }
        Optional<EnrollmentCodeText> claimed = EnrollmentCodeText.parse(codeText);
        Optional<EnrollmentStore.StoredCode> stored =
                claimed.flatMap(text -> store.codeOfHolder(text.id()));
        if (claimed.isEmpty()
                || stored.isEmpty()
                || !claimed.get().matches(stored.get().secretSha256())) {
            wrongCodes.count(source);
            throw new EnrollmentRefused(RefusalReason.ENROLLMENT_CODE_UNKNOWN, Map.of());
        }
        EnrollmentCode code = stored.get().code();
        if (code.withdrawnAt().isPresent()) {
            throw new EnrollmentRefused(RefusalReason.ENROLLMENT_CODE_WITHDRAWN, Map.of());
        }
        return code;
    }

    /** A stolen code answers from elsewhere like one that does not exist. */
    private void requireAllowed(EnrollmentCode code, String source) throws EnrollmentRefused {
        Optional<Map<String, String>> ruledOut =
                firewall.enrolling(code.product(), code.id().toString(), source);
        if (ruledOut.isPresent()) {
            throw new EnrollmentRefused(RefusalReason.ENROLLMENT_NETWORK, ruledOut.get());
        }
    }

    private DeviceSerial listedSerial(EnrollmentCode code, String serialText)
            throws EnrollmentRefused {
        DeviceSerial serial;
        try {
            serial = new DeviceSerial(serialText);
        } catch (IllegalArgumentException malformed) {
            throw new EnrollmentRefused(RefusalReason.ENROLLMENT_SERIAL_NOT_LISTED, malformed);
        }
        if (!store.lists(code.organization(), code.id(), serial)) {
            throw new EnrollmentRefused(RefusalReason.ENROLLMENT_SERIAL_NOT_LISTED, Map.of());
        }
        return serial;
    }

    /**
     * The binding to be. A key that began to enroll before, with a code that came to nothing,
     * belongs to the device id of that time.
     */
    private Redemption wanted(
            EnrollmentCode code, DeviceSerial serial, CertificateRequest request, String source) {
        DeviceId device =
                store.unfinished(code.organization(), serial, request.key())
                        .orElseGet(DeviceId::fresh);
        return new Redemption(
                RedemptionId.fresh(),
                code.organization(),
                code.id(),
                code.product(),
                serial,
                request.key(),
                device,
                code.approvalNeeded() ? Redemption.State.PENDING : Redemption.State.GRANTED,
                clock.instant(),
                source,
                Optional.empty(),
                Optional.empty());
    }

    private static IssuanceBasis.ForDevice basis(Redemption redemption) {
        return redemption.decidedBy().isPresent()
                ? new IssuanceBasis.OperatorApproval(redemption.decidedBy().get())
                : new IssuanceBasis.EnrollmentCode(redemption.code().toString());
    }

    private Redemption bind(Redemption wanted) throws EnrollmentRefused {
        AuditEvent event =
                AuditEvent.of(
                        wanted.organization(),
                        new Actor.CodeHolder(wanted.code().toString()),
                        wanted.state() == Redemption.State.PENDING
                                ? AuditAction.ENROLLMENT_REQUESTED
                                : AuditAction.ENROLLMENT_BOUND,
                        "enrollment:" + wanted.id(),
                        Map.of(
                                "serial", wanted.serial().text(),
                                "key", wanted.key().hex(),
                                "source", wanted.requestedFrom()));
        return switch (store.bind(wanted, limits.of(Limit.ENROLLMENTS_PENDING), event)) {
            case EnrollmentStore.Binding.Bound(var redemption) -> redemption;
            case EnrollmentStore.Binding.NotBound(var reason) ->
                    throw new EnrollmentRefused(reason, Map.of());
        };
    }

    /** Another code may have enrolled the serial while this one waited for its approval. */
    private void requireFree(Redemption redemption) throws EnrollmentRefused {
        Optional<Device> holder = devices.device(redemption.organization(), redemption.serial());
        if (holder.isPresent() && blocks(holder.get())) {
            throw new EnrollmentRefused(RefusalReason.ENROLLMENT_SERIAL_TAKEN, Map.of());
        }
    }

    private static boolean blocks(Device holder) {
        return switch (holder.status()) {
            case ACTIVE, SUSPENDED, QUARANTINED -> true;
            case REVOKED -> false;
        };
    }

    /**
     * The answer got lost: the very same certificate, as long as its device is in good standing.
     */
    private EnrollmentOutcome answerAgain(Redemption redemption) throws EnrollmentRefused {
        OrganizationId organization = redemption.organization();
        Device device =
                devices.device(organization, redemption.device())
                        .orElseThrow(() -> unknown(redemption));
        switch (device.status()) {
            case REVOKED -> throw new EnrollmentRefused(RefusalReason.DEVICE_REVOKED, Map.of());
            case SUSPENDED -> throw new EnrollmentRefused(RefusalReason.DEVICE_SUSPENDED, Map.of());
            case QUARANTINED ->
                    throw new EnrollmentRefused(RefusalReason.DEVICE_QUARANTINED, Map.of());
            case ACTIVE -> {}
        }
        X509Certificate certificate =
                redemption
                        .issued()
                        .flatMap(fingerprint -> store.certificate(organization, fingerprint))
                        .orElseThrow(() -> unknown(redemption));
        return new EnrollmentOutcome.Issued(certificate);
    }

    private static IllegalStateException unknown(Redemption redemption) {
        return new IllegalStateException(
                "enrollment " + redemption.id() + " is finished, but what it made is not there");
    }

    private EnrollmentOutcome refuse(
            EnrollmentRefused refused, Known known, String serialText, String source) {
        Map<String, String> details = new TreeMap<>(refused.details());
        details.put("serial", serialText);
        details.put("source", source);
        refusals.record(
                new Refusal(refused.reason(), WHERE, known.organization, known.actor, details));
        return new EnrollmentOutcome.Refused(refused.reason());
    }

    /** How long a source that showed too many wrong codes waits. */
    static Duration patienceAfterWrongCodes() {
        return Duration.ofMinutes(1);
    }

    /** What is known of whoever asks, for the audit entry of a refusal. */
    private static final class Known {
        private Actor actor;
        private Optional<OrganizationId> organization = Optional.empty();

        Known(Actor actor) {
            this.actor = actor;
        }
    }
}
