/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.request.CertificateRequest;
import dev.breakwater.ca.request.IssuanceAuthorization;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.ticket.SetupTicket;
import dev.breakwater.server.ticket.SetupTickets;
import dev.breakwater.server.ticket.TicketRefused;
import dev.breakwater.server.ticket.TicketStore;
import dev.breakwater.server.ticket.TicketStore.Prospect;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The life "a device is set up": from a set-up ticket, and the proof that the set-up key is there,
 * to a certificate and an owner. Methods block; they belong on virtual threads.
 *
 * <p>The steps, and what a crash right after each leaves:
 *
 * <ol>
 *   <li>The ticket is decrypted, its signature verified, its time looked at. Nothing is stored.
 *   <li>The serial is the ticket's, and the key that TLS has just proven is the one it is for: a
 *       ticket that was read on the way is good for nobody. Nothing is stored.
 *   <li>The label stands, the device is nobody else's, its product's rules let it come from there,
 *       and the certificate authority's validators judge the request, all before the ticket is
 *       touched. Nothing is stored.
 *   <li>Ticket and key of the request are bound, durably. A crash leaves a bound ticket: until it
 *       expires a retry with the same key goes on, any other key is refused as used.
 *   <li>The authority reserves, signs and records; device, owner, credential and the end of the
 *       ticket are one transaction. A crash before it leaves a device that is nobody's; after it
 *       the device's owner, whose device lacks its answer: a retry with this ticket, or with a
 *       further one of the same owner, is given the very same certificate.
 * </ol>
 */
public final class TicketEnrollment {

    private static final String WHERE = "est";

    private final SetupTickets tickets;
    private final TicketStore store;
    private final EnrollmentStore certificates;
    private final DeviceStore devices;
    private final Issuing issuing;
    private final Firewall firewall;
    private final Refusals refusals;
    private final Clock clock;
    private final WrongCodes wrongTickets;
    private final OneAtATime oneAtATime = new OneAtATime();

    /** Wires the life. */
    public TicketEnrollment(
            SetupTickets tickets,
            TicketStore store,
            EnrollmentStore certificates,
            DeviceStore devices,
            RequestValidation validation,
            CertificateAuthority authority,
            Firewall firewall,
            Refusals refusals,
            MeterRegistry meters,
            Limits limits,
            Clock clock) {
        this.tickets = tickets;
        this.store = store;
        this.certificates = certificates;
        this.devices = devices;
        this.issuing = new Issuing(validation, authority, meters);
        this.firewall = firewall;
        this.refusals = refusals;
        this.clock = clock;
        this.wrongTickets =
                new WrongCodes(
                        limits.of(Limit.SETUP_TICKET_FAILURES_PER_MINUTE),
                        limits.of(Limit.ENROLLMENT_SOURCES),
                        clock);
    }

    /**
     * What a device shows. All of it is untrusted, but that TLS has proven the certificate's key.
     *
     * @param serial the maker's name for the device
     * @param ticket what it was handed
     * @param certificate the certificate of its set-up key, whoever signed it
     * @param source the address it comes from
     */
    record Shown(
            String serial, String ticket, Optional<X509Certificate> certificate, String source) {

        @Override
        public String toString() {
            return "what " + serial + " shows, from " + source;
        }
    }

    /**
     * Enrolls a device.
     *
     * @param pkcs10 untrusted: the certificate request in DER
     */
    EnrollmentOutcome enroll(Shown shown, byte[] pkcs10) {
        Optional<SetupTicket> opened = Optional.empty();
        try {
            SetupTicket ticket = open(shown);
            opened = Optional.of(ticket);
            requireDevice(ticket, shown);
            CertificateRequest request = issuing.parse(pkcs10);
            return oneAtATime.run(ticket.serial(), () -> certify(ticket, request, shown.source()));
        } catch (EnrollmentRefused refused) {
            return refuse(refused, opened, shown);
        } catch (StorageUnavailable unavailable) {
            return refuse(
                    new EnrollmentRefused(RefusalReason.STORAGE_UNAVAILABLE, unavailable),
                    opened,
                    shown);
        }
    }

    private SetupTicket open(Shown shown) throws EnrollmentRefused {
        if (wrongTickets.tooMany(shown.source())) {
            throw new EnrollmentRefused(RefusalReason.TOO_MANY_REQUESTS, Map.of());
        }
        try {
            return tickets.open(shown.ticket());
        } catch (TicketRefused refused) {
            wrongTickets.count(shown.source());
            throw new EnrollmentRefused(refused.reason(), Map.of("why", refused.why()));
        }
    }

    private static void requireDevice(SetupTicket ticket, Shown shown) throws EnrollmentRefused {
        if (!ticket.serial().text().equals(shown.serial())) {
            throw otherDevice("it names another serial");
        }
        if (shown.certificate().isEmpty()) {
            throw otherDevice("it shows no certificate of a set-up key");
        }
        SetupKeyHash proven = SetupKeyHash.of(shown.certificate().get().getPublicKey());
        if (!proven.equals(ticket.key())) {
            throw otherDevice("it holds another set-up key");
        }
    }

    private static EnrollmentRefused otherDevice(String why) {
        return new EnrollmentRefused(RefusalReason.TICKET_OTHER_DEVICE, Map.of("why", why));
    }

    private EnrollmentOutcome certify(SetupTicket ticket, CertificateRequest request, String source)
            throws EnrollmentRefused {
        return switch (store.look(ticket, request.key(), clock.instant())) {
            case Prospect.Barred(var reason) -> throw new EnrollmentRefused(reason, Map.of());
            case Prospect.Issued(var fingerprint) -> answerAgain(ticket, fingerprint);
            case Prospect.Open open -> issue(ticket, request, open, source);
        };
    }

    private EnrollmentOutcome issue(
            SetupTicket ticket, CertificateRequest request, Prospect.Open open, String source)
            throws EnrollmentRefused {
        Optional<Map<String, String>> ruledOut =
                firewall.enrolling(open.product(), ticket.id().toString(), source);
        if (ruledOut.isPresent()) {
            throw new EnrollmentRefused(RefusalReason.ENROLLMENT_NETWORK, ruledOut.get());
        }
        Product product =
                devices.product(ticket.organization(), open.product())
                        .orElseThrow(
                                () -> new IllegalStateException("a label's product is not there"));
        IssuanceAuthorization authorization =
                issuing.authorize(
                        request,
                        new CertificateSubject.Device(open.device(), ticket.serial()),
                        new IssuanceBasis.SetupTicket(ticket.id().toString()),
                        Issuing.demanded(product, open.assurance()));
        AuditEvent event =
                AuditEvent.of(
                        ticket.organization(),
                        holder(ticket),
                        AuditAction.SETUP_TICKET_USED,
                        "setup-ticket:" + ticket.id(),
                        Map.of(
                                "serial", ticket.serial().text(),
                                "key", request.key().hex(),
                                "device", open.device().toString(),
                                "source", source));
        Prospect bound =
                store.bind(ticket, request.key(), open.device(), clock.instant(), source, event);
        return switch (bound) {
            case Prospect.Barred(var reason) -> throw new EnrollmentRefused(reason, Map.of());
            case Prospect.Issued(var fingerprint) -> answerAgain(ticket, fingerprint);
            case Prospect.Open _ -> new EnrollmentOutcome.Issued(issuing.issue(authorization));
        };
    }

    private EnrollmentOutcome answerAgain(SetupTicket ticket, CredentialFingerprint fingerprint) {
        OrganizationId organization = ticket.organization();
        return new EnrollmentOutcome.Issued(
                certificates
                        .certificate(organization, fingerprint)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "ticket "
                                                        + ticket.id()
                                                        + " led to a certificate that is not there")));
    }

    private static Actor holder(SetupTicket ticket) {
        return new Actor.TicketHolder(ticket.id().toString());
    }

    private EnrollmentOutcome refuse(
            EnrollmentRefused refused, Optional<SetupTicket> ticket, Shown shown) {
        Map<String, String> details = new TreeMap<>(refused.details());
        details.put("serial", shown.serial());
        details.put("source", shown.source());
        ticket.ifPresent(opened -> details.put("ticket", opened.id().toString()));
        refusals.record(
                new Refusal(
                        refused.reason(),
                        WHERE,
                        ticket.map(SetupTicket::organization),
                        ticket.map(TicketEnrollment::holder)
                                .orElseGet(() -> new Actor.Unproven(shown.source())),
                        details));
        return new EnrollmentOutcome.Refused(refused.reason());
    }
}
