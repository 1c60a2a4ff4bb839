/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.account.Accounts;
import dev.breakwater.server.account.Authenticator;
import dev.breakwater.server.account.FirstSetup;
import dev.breakwater.server.api.Api;
import dev.breakwater.server.api.ResponseChecking;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.enrollment.Approvals;
import dev.breakwater.server.enrollment.Enrollment;
import dev.breakwater.server.enrollment.EnrollmentCodes;
import dev.breakwater.server.enrollment.Renewals;
import dev.breakwater.server.event.AnnouncingFindingStore;
import dev.breakwater.server.event.AnnouncingTwinStore;
import dev.breakwater.server.firewall.ApplicationFirewall;
import dev.breakwater.server.member.Membership;
import dev.breakwater.server.member.RelyingParty;
import dev.breakwater.server.oidc.OidcLogIn;
import dev.breakwater.server.oidc.ProviderSettings;
import dev.breakwater.server.ownership.DeviceOwnership;
import dev.breakwater.server.store.SqlAccountStore;
import dev.breakwater.server.store.SqlEnrollmentStore;
import dev.breakwater.server.store.SqlFactorStore;
import dev.breakwater.server.store.SqlFindingStore;
import dev.breakwater.server.store.SqlFirewallStore;
import dev.breakwater.server.store.SqlKnownSourceStore;
import dev.breakwater.server.store.SqlLinkStore;
import dev.breakwater.server.store.SqlMemberSessionStore;
import dev.breakwater.server.store.SqlMemberStore;
import dev.breakwater.server.store.SqlOrganizationStore;
import dev.breakwater.server.store.SqlOwnerStore;
import dev.breakwater.server.store.SqlPasswordResetStore;
import dev.breakwater.server.store.SqlReplayStore;
import dev.breakwater.server.store.SqlTelemetryStore;
import dev.breakwater.server.store.SqlTwinStore;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.telemetry.TelemetryRetention;
import dev.breakwater.server.twin.TwinStore;
import dev.breakwater.server.twin.Twins;
import java.util.Optional;

/** What devices and people do. */
record Features(
        Enrollment enrollment,
        Renewals renewals,
        Telemetry telemetry,
        TelemetryRetention retention,
        Twins twins,
        Commands commands,
        ApplicationFirewall firewall,
        FirstSetup setup,
        Api api) {

    static Features over(
            Ground on,
            Identities who,
            RelyingParty party,
            Optional<ProviderSettings> oidc,
            OpenParts open) {
        SqlEnrollmentStore enrollments = new SqlEnrollmentStore(on.database(), on.audit());
        SqlTelemetryStore readings = new SqlTelemetryStore(on.database());
        Telemetry telemetry = new Telemetry(readings, on.limits(), on.clock());
        TwinStore twinStore =
                new AnnouncingTwinStore(new SqlTwinStore(on.database(), on.audit()), who.events());
        Twins twins = new Twins(twinStore, who.sessions(), on.limits(), on.clock());
        Commands commands =
                open.add(new Commands(who.commands(), who.sessions(), on.limits(), on.clock()));
        ApplicationFirewall firewall = firewall(on, who, open);
        SqlAccountStore accounts = new SqlAccountStore(on.database(), on.audit());
        FirstSetup setup = new FirstSetup(accounts, on.limits(), on.clock());
        Membership membership = membership(on, party);
        Optional<OidcLogIn> logIn =
                oidc.map(
                        provider ->
                                open.add(
                                        OidcLogIn.through(
                                                provider, membership, on.limits(), on.clock())));
        Api.Features operations =
                new Api.Features(
                        who.devices(),
                        who.credentials(),
                        who.quotas(),
                        who.productQuotas(),
                        who.productRisk(),
                        who.lifecycle(),
                        who.sessions(),
                        new DeviceOwnership(
                                new SqlOwnerStore(on.database(), on.audit()),
                                on.limits(),
                                on.clock()),
                        who.tokens(),
                        new EnrollmentCodes(enrollments, who.devices(), on.limits(), on.clock()),
                        new Approvals(enrollments, on.clock()),
                        twins,
                        telemetry,
                        commands,
                        firewall,
                        who.events());
        return new Features(
                enrollment(on, who, enrollments, firewall),
                renewals(on, who, enrollments),
                telemetry,
                open.add(new TelemetryRetention(readings, on.limits(), on.clock())),
                twins,
                commands,
                firewall,
                setup,
                api(on, who, membership, logIn, accounts, setup, operations));
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

    private static Membership membership(Ground on, RelyingParty party) {
        return Membership.over(
                new Membership.Stores(
                        new SqlMemberStore(on.database(), on.audit()),
                        new SqlMemberSessionStore(on.database(), on.audit()),
                        new SqlFactorStore(on.database(), on.audit()),
                        new SqlLinkStore(on.database(), on.audit()),
                        new SqlPasswordResetStore(on.database(), on.audit()),
                        new SqlKnownSourceStore(on.database())),
                on.sealingKey(),
                party,
                on.limits(),
                on.clock());
    }

    private static Api api(
            Ground on,
            Identities who,
            Membership membership,
            Optional<OidcLogIn> oidc,
            SqlAccountStore accounts,
            FirstSetup setup,
            Api.Features operations) {
        return new Api(
                new Api.People(
                        new SqlOrganizationStore(on.database(), on.audit()),
                        new Accounts(accounts, on.limits(), on.clock()),
                        setup,
                        membership,
                        new Authenticator(accounts, membership.sessions(), on.clock()),
                        oidc,
                        new SqlReplayStore(on.database())),
                operations,
                who.authority(),
                new Api.Common(
                        on.audit(), on.refusals(), on.bans(), on.meters(), on.limits(), on.clock()),
                ResponseChecking.REPORT);
    }
}
