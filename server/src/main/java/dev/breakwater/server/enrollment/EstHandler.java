/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.firewall.Objection;
import dev.breakwater.server.http.Guards;
import dev.breakwater.server.http.Pace;
import dev.breakwater.server.http.Peer;
import dev.breakwater.server.http.RequestBody;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.identity.Lapse;
import dev.breakwater.server.identity.LapsedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.ownership.Disposals;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.ticket.TicketText;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * EST (RFC 7030, RFC 8951) over the lives {@link Enrollment}, {@link TicketEnrollment} and {@link
 * Renewals}.
 */
final class EstHandler {

    private static final String WHERE = "est";

    private final Enrollment enrollment;
    private final TicketEnrollment ticketEnrollment;
    private final Renewals renewals;
    private final LapsedRenewals lapsed;
    private final DeviceRegistry registry;
    private final Firewall firewall;
    private final Disposals disposals;
    private final Refusals refusals;
    private final Limits limits;
    private final EstAnswer authorities;
    private final EstAnswer attributes;

    EstHandler(
            EstListener.Surroundings surroundings,
            Guards guards,
            List<X509Certificate> authorities) {
        this.enrollment = surroundings.enrollment();
        this.ticketEnrollment = surroundings.ticketEnrollment();
        this.renewals = surroundings.renewals();
        this.lapsed = surroundings.lapsed();
        this.registry = surroundings.registry();
        this.firewall = surroundings.firewall();
        this.disposals = surroundings.disposals();
        this.refusals = guards.refusals();
        this.limits = guards.limits();
        this.authorities = EstAnswer.certificates(EstPayloads.certificatesOnly(authorities));
        this.attributes = EstAnswer.attributes(EstPayloads.requestAttributes());
    }

    EstAnswer answer(Request request) {
        Optional<EstOperation> operation = EstOperation.of(Request.getPathInContext(request));
        if (operation.isEmpty()) {
            return EstAnswer.text(HttpStatus.NOT_FOUND_404, "There is no such operation.");
        }
        if (!operation.get().method().is(request.getMethod())) {
            return EstAnswer.wrongMethod(operation.get().method());
        }
        return switch (operation.get()) {
            case CACERTS -> authorities;
            case CSRATTRS -> attributes;
            case SIMPLEENROLL -> enroll(request);
            case SIMPLEREENROLL -> reenroll(request);
        };
    }

    private EstAnswer enroll(Request request) {
        Optional<BasicCredentials> credentials =
                BasicCredentials.parse(request.getHeaders().get(HttpHeader.AUTHORIZATION));
        if (credentials.isEmpty()) {
            return refuse(request, RefusalReason.ENROLLMENT_CREDENTIALS_MISSING);
        }
        return switch (pkcs10(request)) {
            case Body.Refused(var reason) -> refuse(request, reason);
            case Body.Read read -> answer(enroll(request, credentials.get(), read.pkcs10()));
        };
    }

    /** A code and a ticket come the same way, and are told apart by their form. */
    private EnrollmentOutcome enroll(Request request, BasicCredentials shown, byte[] pkcs10) {
        String source = Peer.address(request);
        return TicketText.isMeantBy(shown.code())
                ? ticketEnrollment.enroll(
                        new TicketEnrollment.Shown(
                                shown.serial(), shown.code(), Peer.certificate(request), source),
                        pkcs10)
                : enrollment.enroll(shown.serial(), shown.code(), pkcs10, source);
    }

    /** The certificate is judged before a byte of the body is read. */
    private EstAnswer reenroll(Request request) {
        try {
            Optional<X509Certificate> leaf = Peer.certificate(request);
            if (leaf.isEmpty()) {
                return refuse(request, RefusalReason.CERTIFICATE_MISSING);
            }
            return switch (registry.admit(leaf.get())) {
                case Admission.Refused refused ->
                        refused.reason() == RefusalReason.CERTIFICATE_EXPIRED
                                        && refused.device().isPresent()
                                ? renewLapsed(request, leaf.get(), refused)
                                : refuse(request, refused);
                case Admission.Admitted(var device) -> {
                    Optional<Objection> objection =
                            firewall.reaching(device, Peer.address(request));
                    yield objection.isPresent()
                            ? refuse(request, objection.get(), device)
                            : renew(request, leaf.get(), device);
                }
            };
        } catch (StorageUnavailable unavailable) {
            return refuse(request, RefusalReason.STORAGE_UNAVAILABLE);
        }
    }

    private EstAnswer renew(Request request, X509Certificate leaf, AuthenticatedDevice device) {
        Body body = pkcs10(request);
        // Reading may have taken a while: ask once more, and note that this generation is in use.
        if (!registry.confirm(device)) {
            return fallen(request, leaf);
        }
        return switch (body) {
            case Body.Refused(var reason) -> refuse(request, reason, device);
            case Body.Read read -> answer(renewals.renew(device, read.pkcs10(), WHERE));
        };
    }

    /** The narrow way back for a device that has slept too long: nothing without an operator. */
    private EstAnswer renewLapsed(
            Request request, X509Certificate leaf, Admission.Refused refused) {
        LapsedDevice device;
        switch (registry.lapsed(leaf)) {
            case Lapse.NotRenewed(var reason) -> {
                return refuse(request, refused.because(reason));
            }
            case Lapse.Lapsed(var proven) -> device = proven;
        }
        Optional<Objection> objection = firewall.reaching(device, Peer.address(request));
        if (objection.isPresent()) {
            return refuse(request, refused.because(objection.get().reason()));
        }
        return switch (pkcs10(request)) {
            case Body.Refused(var reason) -> refuse(request, refused.because(reason));
            // The transaction that records the certificate looks once more who is active.
            case Body.Read read ->
                    answer(lapsed.renew(device, read.pkcs10(), Peer.address(request)));
        };
    }

    /** The registry changed its mind while the body was read: it knows why. */
    private EstAnswer fallen(Request request, X509Certificate leaf) {
        return switch (registry.admit(leaf)) {
            case Admission.Refused refused -> refuse(request, refused);
            // Changed back in the same moment. The device tries again and is judged afresh.
            case Admission.Admitted(var device) ->
                    refuse(request, RefusalReason.SERVER_BUSY, device);
        };
    }

    private static EstAnswer answer(EnrollmentOutcome outcome) {
        return switch (outcome) {
            case EnrollmentOutcome.Issued(var certificate) ->
                    EstAnswer.certificates(EstPayloads.certificatesOnly(List.of(certificate)));
            case EnrollmentOutcome.Pending pending -> EstAnswer.pending(pending);
            case EnrollmentOutcome.Refused(var reason) -> EstAnswer.refused(reason);
        };
    }

    private sealed interface Body {

        final class Read implements Body {
            private final byte[] pkcs10;

            Read(byte[] pkcs10) {
                this.pkcs10 = pkcs10;
            }

            byte[] pkcs10() {
                return pkcs10;
            }
        }

        record Refused(RefusalReason reason) implements Body {}
    }

    private Body pkcs10(Request request) {
        if (!isPkcs10(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
            return new Body.Refused(RefusalReason.CERTIFICATE_REQUEST_TYPE_REFUSED);
        }
        return switch (RequestBody.read(
                request, limits.of(Limit.ENROLLMENT_REQUEST_BYTES), Pace.of(limits))) {
            case RequestBody.Complete complete ->
                    EstPayloads.decode(complete.bytes())
                            .<Body>map(Body.Read::new)
                            .orElse(new Body.Refused(RefusalReason.CERTIFICATE_REQUEST_MALFORMED));
            case RequestBody.TooLarge _ ->
                    new Body.Refused(RefusalReason.CERTIFICATE_REQUEST_TOO_LARGE);
            case RequestBody.TooSlow _ ->
                    new Body.Refused(RefusalReason.CERTIFICATE_REQUEST_TOO_SLOW);
            case RequestBody.Broken _ ->
                    new Body.Refused(RefusalReason.CERTIFICATE_REQUEST_MALFORMED);
        };
    }

    /** Parameters are ignored, as media types have none here (RFC 5967). */
    private static boolean isPkcs10(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return type.strip().toLowerCase(Locale.ROOT).equals("application/pkcs10");
    }

    private EstAnswer refuse(Request request, RefusalReason reason) {
        return record(
                reason,
                Optional.empty(),
                unproven(request),
                Map.of("source", Peer.address(request)));
    }

    private EstAnswer refuse(Request request, RefusalReason reason, AuthenticatedDevice device) {
        return record(
                reason,
                Optional.of(device.organization()),
                new Actor.ProvenDevice(device.id()),
                Map.of("source", Peer.address(request)));
    }

    private EstAnswer refuse(Request request, Objection objection, AuthenticatedDevice device) {
        Map<String, String> details = new TreeMap<>(objection.details());
        details.put("source", Peer.address(request));
        return record(
                objection.reason(),
                Optional.of(device.organization()),
                new Actor.ProvenDevice(device.id()),
                details);
    }

    private EstAnswer refuse(Request request, Admission.Refused refused) {
        Map<String, String> details = new TreeMap<>(refused.details());
        refused.device().ifPresent(device -> details.put("device", device.toString()));
        details.put("source", Peer.address(request));
        // The certificate is known but gives no right any more, so its holder counts as unproven.
        RefusalReason reason =
                isToWipe(refused) ? RefusalReason.DEVICE_GIVEN_AWAY : refused.reason();
        EstAnswer answer = record(reason, refused.organization(), unproven(request), details);
        return reason == RefusalReason.DEVICE_GIVEN_AWAY
                ? answer.to(refused.device().orElseThrow())
                : answer;
    }

    /**
     * Only whoever holds the device's own key gets here, and the order comes from a server whose
     * certificate the device has verified: nobody else can have it wiped.
     */
    private boolean isToWipe(Admission.Refused refused) {
        return refused.reason() == RefusalReason.DEVICE_REVOKED
                && refused.organization().isPresent()
                && refused.device().isPresent()
                && disposals.awaitsWipe(refused.organization().get(), refused.device().get());
    }

    private EstAnswer record(
            RefusalReason reason,
            Optional<OrganizationId> organization,
            Actor actor,
            Map<String, String> details) {
        refusals.record(new Refusal(reason, WHERE, organization, actor, details));
        return EstAnswer.refused(reason);
    }

    private static Actor unproven(Request request) {
        return new Actor.Unproven(Peer.address(request));
    }
}
