/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.account.Accounts;
import dev.breakwater.server.account.Authenticator;
import dev.breakwater.server.account.FirstSetup;
import dev.breakwater.server.api.Api;
import dev.breakwater.server.api.ResponseChecking;
import dev.breakwater.server.attestation.Attestations;
import dev.breakwater.server.attestation.EndorsementLists;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.enrollment.Approvals;
import dev.breakwater.server.enrollment.Enrollment;
import dev.breakwater.server.enrollment.EnrollmentCodes;
import dev.breakwater.server.enrollment.LapsedRenewals;
import dev.breakwater.server.enrollment.Renewals;
import dev.breakwater.server.enrollment.TicketEnrollment;
import dev.breakwater.server.envelope.Envelopes;
import dev.breakwater.server.event.AnnouncingFindingStore;
import dev.breakwater.server.event.AnnouncingTwinStore;
import dev.breakwater.server.firewall.ApplicationFirewall;
import dev.breakwater.server.guidance.ProductGuidance;
import dev.breakwater.server.label.DeviceLabels;
import dev.breakwater.server.member.Membership;
import dev.breakwater.server.member.RelyingParty;
import dev.breakwater.server.oidc.OidcLogIn;
import dev.breakwater.server.oidc.ProviderSettings;
import dev.breakwater.server.ownership.DeviceOwnership;
import dev.breakwater.server.ownership.DeviceShares;
import dev.breakwater.server.ownership.Disposals;
import dev.breakwater.server.ownership.ErasureReceipts;
import dev.breakwater.server.store.SqlAccountStore;
import dev.breakwater.server.store.SqlEndorsementStore;
import dev.breakwater.server.store.SqlEnrollmentStore;
import dev.breakwater.server.store.SqlEnvelopeKeyStore;
import dev.breakwater.server.store.SqlFindingStore;
import dev.breakwater.server.store.SqlFirewallStore;
import dev.breakwater.server.store.SqlGuidanceStore;
import dev.breakwater.server.store.SqlLabelStore;
import dev.breakwater.server.store.SqlLapsedRenewalStore;
import dev.breakwater.server.store.SqlMembership;
import dev.breakwater.server.store.SqlOrganizationStore;
import dev.breakwater.server.store.SqlOwnerStore;
import dev.breakwater.server.store.SqlReceiptStore;
import dev.breakwater.server.store.SqlReplayStore;
import dev.breakwater.server.store.SqlSealingStore;
import dev.breakwater.server.store.SqlShareStore;
import dev.breakwater.server.store.SqlTagStore;
import dev.breakwater.server.store.SqlTelemetryStore;
import dev.breakwater.server.store.SqlTicketStore;
import dev.breakwater.server.store.SqlTwinStore;
import dev.breakwater.server.tag.DeviceTags;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.telemetry.TelemetryRetention;
import dev.breakwater.server.ticket.SetupTickets;
import dev.breakwater.server.ticket.TicketKeys;
import dev.breakwater.server.twin.TwinStore;
import dev.breakwater.server.twin.Twins;
import java.util.Optional;

/** What devices and people do. */
record Features(
        Enrollment enrollment,
        TicketEnrollment ticketEnrollment,
        Renewals renewals,
        LapsedRenewals lapsed,
        Telemetry telemetry,
        TelemetryRetention retention,
        Twins twins,
        Commands commands,
        ApplicationFirewall firewall,
        Disposals disposals,
        ErasureReceipts receipts,
        Attestations attestations,
        Envelopes envelopes,
        Updates updates,
        FirstSetup setup,
        Api api) {

    static Features over(
            Ground on,
            Identities who,
            RelyingParty party,
            Optional<ProviderSettings> oidc,
            TicketKeys ticketKeys,
            OpenParts open) {
        SqlEnrollmentStore enrollments = new SqlEnrollmentStore(on.database(), on.audit());
        SqlTelemetryStore readings = new SqlTelemetryStore(on.database());
        Telemetry telemetry = new Telemetry(readings, on.limits(), on.clock());
        Twins twins = twins(on, who);
        Envelopes envelopes = envelopes(on, who, open);
        Commands commands = open.add(commands(on, who, envelopes));
        ApplicationFirewall firewall = firewall(on, who, open);
        SqlAccountStore accounts = new SqlAccountStore(on.database(), on.audit());
        FirstSetup setup = new FirstSetup(accounts, on.limits(), on.clock());
        SetupTickets tickets = tickets(on, ticketKeys);
        Disposals disposals = disposals(on, who);
        SqlLapsedRenewalStore lapsed = new SqlLapsedRenewalStore(on.database(), on.audit());
        Updates updates = Updates.over(on, who, open);
        Api.Features operations =
                new Api.Features(
                        who.devices(),
                        who.credentials(),
                        who.quotas(),
                        who.productQuotas(),
                        who.productRisk(),
                        who.lifecycle(),
                        who.sessions(),
                        ownership(on),
                        labels(on, who),
                        new DeviceTags(new SqlTagStore(on.database(), on.audit()), on.limits()),
                        tickets,
                        shares(on),
                        disposals,
                        receipts(on),
                        who.tokens(),
                        new EnrollmentCodes(enrollments, who.devices(), on.limits(), on.clock()),
                        new Approvals(enrollments, lapsed, on.clock()),
                        twins,
                        telemetry,
                        commands,
                        firewall,
                        envelopes,
                        new EndorsementLists(endorsements(on), on.limits(), on.clock()),
                        new ProductGuidance(new SqlGuidanceStore(on.database(), on.audit())),
                        new Api.Updates(updates.vetting(), updates.releases(), updates.fleet()),
                        who.events());
        return new Features(
                enrollment(on, who, enrollments, firewall),
                ticketEnrollment(on, who, tickets, enrollments, firewall),
                renewals(on, who, enrollments),
                lapsed(on, who, lapsed, enrollments),
                telemetry,
                open.add(new TelemetryRetention(readings, on.limits(), on.clock())),
                twins,
                commands,
                firewall,
                disposals,
                receipts(on),
                new Attestations(endorsements(on), who.registry(), on.limits(), on.clock()),
                envelopes,
                updates,
                setup,
                api(on, who, people(on, party, oidc, accounts, setup, open), operations));
    }

    private static SqlEndorsementStore endorsements(Ground on) {
        return new SqlEndorsementStore(on.database(), on.audit());
    }

    private static SetupTickets tickets(Ground on, TicketKeys keys) {
        return new SetupTickets(
                new SqlTicketStore(on.database(), on.audit()), keys, on.limits(), on.clock());
    }

    private static ErasureReceipts receipts(Ground on) {
        return new ErasureReceipts(new SqlReceiptStore(on.database(), on.audit()), on.clock());
    }

    private static Disposals disposals(Ground on, Identities who) {
        return new Disposals(
                who.disposals(), who.devices(), who.lifecycle(), on.limits(), on.clock());
    }

    private static OidcLogIn logIn(Ground on, ProviderSettings provider, Membership membership) {
        return OidcLogIn.through(provider, membership, on.limits(), on.clock());
    }

    private static Twins twins(Ground on, Identities who) {
        TwinStore store =
                new AnnouncingTwinStore(new SqlTwinStore(on.database(), on.audit()), who.events());
        return new Twins(store, who.sessions(), on.limits(), on.clock());
    }

    private static Commands commands(Ground on, Identities who, Envelopes envelopes) {
        return new Commands(
                who.commands(), envelopes.commands(), who.sessions(), on.limits(), on.clock());
    }

    private static DeviceOwnership ownership(Ground on) {
        SqlOwnerStore store = new SqlOwnerStore(on.database(), on.audit());
        return new DeviceOwnership(store, on.limits(), on.clock());
    }

    private static DeviceShares shares(Ground on) {
        SqlShareStore store = new SqlShareStore(on.database(), on.audit(), on.clock());
        return new DeviceShares(store, on.limits(), on.clock());
    }

    private static DeviceLabels labels(Ground on, Identities who) {
        SqlLabelStore store = new SqlLabelStore(on.database(), on.audit());
        return new DeviceLabels(store, who.devices(), on.limits(), on.clock());
    }

    private static Enrollment enrollment(
            Ground on,
            Identities who,
            SqlEnrollmentStore enrollments,
            ApplicationFirewall firewall) {
        return new Enrollment(
                enrollments,
                who.devices(),
                who.validation(),
                who.authority(),
                firewall.gate(),
                on.refusals(),
                on.meters(),
                on.limits(),
                on.clock());
    }

    private static TicketEnrollment ticketEnrollment(
            Ground on,
            Identities who,
            SetupTickets tickets,
            SqlEnrollmentStore enrollments,
            ApplicationFirewall firewall) {
        return new TicketEnrollment(
                tickets,
                new SqlTicketStore(on.database(), on.audit()),
                enrollments,
                who.devices(),
                who.validation(),
                who.authority(),
                firewall.gate(),
                on.refusals(),
                on.meters(),
                on.limits(),
                on.clock());
    }

    private static Renewals renewals(Ground on, Identities who, SqlEnrollmentStore enrollments) {
        return new Renewals(
                who.credentials(),
                who.devices(),
                enrollments,
                who.validation(),
                who.authority(),
                on.refusals(),
                on.meters(),
                on.limits(),
                on.clock());
    }

    private static LapsedRenewals lapsed(
            Ground on,
            Identities who,
            SqlLapsedRenewalStore lapsed,
            SqlEnrollmentStore enrollments) {
        return new LapsedRenewals(
                lapsed,
                who.credentials(),
                who.devices(),
                enrollments,
                who.validation(),
                who.authority(),
                on.refusals(),
                on.meters(),
                on.limits(),
                on.clock());
    }

    private static ApplicationFirewall firewall(Ground on, Identities who, OpenParts open) {
        ApplicationFirewall firewall =
                ApplicationFirewall.over(
                        new SqlFirewallStore(on.database(), on.audit()),
                        new AnnouncingFindingStore(
                                new SqlFindingStore(on.database(), on.audit()), who.events()),
                        who.sessions(),
                        on.limits(),
                        on.meters(),
                        on.clock());
        open.add(firewall.findings());
        return firewall;
    }

    private static Envelopes envelopes(Ground on, Identities who, OpenParts open) {
        SqlSealingStore store = new SqlSealingStore(on.database(), on.audit());
        return open.add(
                Envelopes.over(
                        new SqlEnvelopeKeyStore(on.database(), on.audit()),
                        store,
                        store,
                        on.sealingKey(),
                        who.sessions(),
                        on.limits(),
                        on.clock()));
    }

    private static Membership membership(Ground on, RelyingParty party) {
        return Membership.over(
                SqlMembership.over(on.database(), on.audit()),
                on.sealingKey(),
                party,
                on.limits(),
                on.clock());
    }

    private static Api.People people(
            Ground on,
            RelyingParty party,
            Optional<ProviderSettings> oidc,
            SqlAccountStore accounts,
            FirstSetup setup,
            OpenParts open) {
        Membership membership = membership(on, party);
        return new Api.People(
                new SqlOrganizationStore(on.database(), on.audit()),
                new Accounts(accounts, on.limits(), on.clock()),
                setup,
                membership,
                new Authenticator(accounts, membership.sessions(), on.clock()),
                oidc.map(provider -> open.add(logIn(on, provider, membership))),
                new SqlReplayStore(on.database()));
    }

    private static Api api(Ground on, Identities who, Api.People people, Api.Features operations) {
        return new Api(
                people,
                operations,
                who.authority(),
                new Api.Common(
                        on.audit(), on.refusals(), on.bans(), on.meters(), on.limits(), on.clock()),
                ResponseChecking.REPORT);
    }
}
