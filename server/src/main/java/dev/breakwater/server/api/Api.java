/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.server.account.Accounts;
import dev.breakwater.server.account.Authenticator;
import dev.breakwater.server.account.FirstSetup;
import dev.breakwater.server.api.contract.Contract;
import dev.breakwater.server.api.idempotency.ReplayStore;
import dev.breakwater.server.api.idempotency.Replays;
import dev.breakwater.server.attestation.EndorsementLists;
import dev.breakwater.server.audit.AuditLog;
import dev.breakwater.server.ban.AddressRange;
import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.delivery.MemberDownloads;
import dev.breakwater.server.enrollment.Approvals;
import dev.breakwater.server.enrollment.EnrollmentCodes;
import dev.breakwater.server.envelope.Envelopes;
import dev.breakwater.server.event.EventFeed;
import dev.breakwater.server.firewall.ApplicationFirewall;
import dev.breakwater.server.guidance.ProductGuidance;
import dev.breakwater.server.http.Audience;
import dev.breakwater.server.http.Guards;
import dev.breakwater.server.http.HttpVersions;
import dev.breakwater.server.http.HttpsListener;
import dev.breakwater.server.identity.CredentialStore;
import dev.breakwater.server.identity.DeviceLifecycle;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.DeviceTokens;
import dev.breakwater.server.identity.OrganizationStore;
import dev.breakwater.server.identity.ProductQuotas;
import dev.breakwater.server.identity.ProductRisk;
import dev.breakwater.server.label.DeviceLabels;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.member.Membership;
import dev.breakwater.server.oidc.OidcLogIn;
import dev.breakwater.server.ownership.DeviceOwnership;
import dev.breakwater.server.ownership.DeviceShares;
import dev.breakwater.server.ownership.Disposals;
import dev.breakwater.server.ownership.ErasureReceipts;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.release.ProductReleases;
import dev.breakwater.server.rollout.FleetUpdates;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.tag.DeviceTags;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.ticket.SetupTickets;
import dev.breakwater.server.tls.ClientCertificates;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.server.tls.TlsPolicy;
import dev.breakwater.server.twin.Twins;
import dev.breakwater.server.vetting.ArtifactVetting;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The API's wiring: the document, the code for each of its operations, and the gates before them.
 */
public final class Api {

    private final Contract contract;
    private final ApiHandler handler;
    private final Guards guards;

    /**
     * Who may call.
     *
     * @param oidc how else than by password members log in; empty where nothing is configured
     */
    public record People(
            OrganizationStore organizations,
            Accounts accounts,
            FirstSetup setup,
            Membership membership,
            Authenticator authenticator,
            Optional<OidcLogIn> oidc,
            ReplayStore replays) {}

    /** What there is to call about. */
    public record Features(
            DeviceStore devices,
            CredentialStore credentials,
            Quotas quotas,
            ProductQuotas productQuotas,
            ProductRisk productRisk,
            DeviceLifecycle lifecycle,
            LiveSessions sessions,
            DeviceOwnership ownership,
            DeviceLabels labels,
            DeviceTags tags,
            SetupTickets setupTickets,
            DeviceShares shares,
            Disposals disposals,
            ErasureReceipts receipts,
            DeviceTokens deviceTokens,
            EnrollmentCodes enrollmentCodes,
            Approvals approvals,
            Twins twins,
            Telemetry telemetry,
            Commands commands,
            ApplicationFirewall firewall,
            Envelopes envelopes,
            EndorsementLists endorsements,
            ProductGuidance guidance,
            Updates updates,
            EventFeed events) {}

    /** What there is to call about new firmware. */
    public record Updates(ArtifactVetting vetting, ProductReleases releases, FleetUpdates fleet) {}

    /** What every part of the server has. */
    public record Common(
            AuditLog audit,
            Refusals refusals,
            Bans bans,
            MeterRegistry meters,
            Limits limits,
            Clock clock) {}

    /**
     * Wires the API.
     *
     * @throws dev.breakwater.server.api.contract.ContractBroken if the document is not sound or the
     *     code does not agree with it
     */
    public Api(
            People people,
            Features features,
            CertificateAuthority authority,
            Common common,
            ResponseChecking checking) {
        Limits limits = common.limits();
        this.guards = new Guards(common.refusals(), common.bans(), limits);
        this.contract = Contract.read(document(), limits.of(Limit.JSON_DEPTH));
        Handlers handlers = new Handlers();
        // One copy for all who ask: they may be many, and slow.
        Reply yaml = Reply.bytes("application/yaml", contract.asYaml());
        Reply json = Reply.bytes("application/vnd.oai.openapi", contract.asJson());
        handlers.open("getContractAsYaml", call -> yaml).open("getContractAsJson", call -> json);
        people(people, features, common, handlers);
        devices(features, authority, common, handlers);
        updates(features, common, handlers);
        new AuditOperations(common.audit()).register(handlers);
        new PageOperations(contract).register(handlers);
        new CertificateOperations(authority, limits, common.clock()).register(handlers);
        handlers.require(contract);
        ReplyWriter writer = new ReplyWriter(contract, checking, common.meters());
        this.handler =
                new ApiHandler(
                        contract,
                        handlers,
                        people.authenticator(),
                        new DeviceGate(features.ownership()),
                        features.firewall().gate(),
                        new Replays(
                                people.replays(),
                                common.clock(),
                                limits.of(Limit.IDEMPOTENCY_KEYS_PER_ORGANIZATION)),
                        writer,
                        common.refusals(),
                        new CallBudgets(limits, common.clock()),
                        people.membership().party().origins(),
                        new LiveWriter(
                                writer, features.events(), limits.seconds(Limit.HTTP_IDLE_SECONDS)),
                        limits);
    }

    private static void people(People people, Features features, Common common, Handlers handlers) {
        new AccountOperations(
                        people.organizations(),
                        people.accounts(),
                        people.setup(),
                        common.refusals())
                .register(handlers);
        new MemberOperations(people.membership().members(), common.refusals()).register(handlers);
        new SessionOperations(
                        people.membership(),
                        features.firewall().gate(),
                        common.refusals(),
                        common.clock())
                .register(handlers);
        FactorOperations factors =
                new FactorOperations(people.membership(), common.refusals(), common.clock());
        factors.register(handlers);
        new OidcOperations(
                        people.oidc(),
                        people.membership().links(),
                        factors,
                        features.firewall().gate(),
                        common.refusals(),
                        common.clock())
                .register(handlers);
        new PasswordResetOperations(people.membership().resets(), common.refusals())
                .register(handlers);
        new TicketOperations(features.setupTickets(), common.refusals()).register(handlers);
        new DisposalOperations(
                        features.disposals(),
                        features.receipts(),
                        people.membership().factors(),
                        common.refusals())
                .register(handlers);
        new ShareOperations(
                        features.devices(),
                        features.shares(),
                        people.membership().factors(),
                        common.refusals())
                .register(handlers);
    }

    private static void devices(
            Features features, CertificateAuthority authority, Common common, Handlers handlers) {
        Limits limits = common.limits();
        new ProductOperations(features.devices(), common.clock()).register(handlers);
        new QuotaOperations(features.devices(), features.quotas(), features.productQuotas(), limits)
                .register(handlers);
        new RiskOperations(
                        features.devices(),
                        features.productRisk(),
                        features.envelopes().policies(),
                        authority.deviceLifeMax())
                .register(handlers);
        new RolloutOperations(features.updates().fleet()).register(handlers);
        new UpdatePolicyOperations(features.updates().fleet().policies()).register(handlers);
        new GuidanceOperations(features.guidance()).register(handlers);
        new OwnerPageOperations(features.guidance(), features.disposals(), common.clock())
                .register(handlers);
        new AttestationOperations(features.endorsements()).register(handlers);
        new EnvelopeOperations(features.devices(), features.envelopes(), limits).register(handlers);
        DeviceViews views = new DeviceViews(features.tags(), features.sessions());
        new DeviceOperations(
                        features.devices(),
                        features.credentials(),
                        features.lifecycle(),
                        views,
                        features.commands(),
                        features.ownership())
                .register(handlers);
        new OwnerOperations(features.devices(), features.ownership()).register(handlers);
        new TagOperations(features.devices(), features.tags(), views).register(handlers);
        new LabelOperations(features.labels()).register(handlers);
        new DeviceTokenOperations(features.devices(), features.deviceTokens()).register(handlers);
        new EnrollmentOperations(features.enrollmentCodes(), features.approvals(), common.clock())
                .register(handlers);
        new StateOperations(features.twins()).register(handlers);
        new TelemetryOperations(
                        features.devices(), features.telemetry(), features.envelopes().reader())
                .register(handlers);
        new CommandOperations(features.devices(), features.commands()).register(handlers);
        new FirewallOperations(features.firewall()).register(handlers);
        new FindingOperations(
                        features.firewall().findings(),
                        features.lifecycle(),
                        features.commands(),
                        common.bans())
                .register(handlers);
        new EventOperations(
                        features.events(),
                        features.devices(),
                        features.ownership(),
                        (organization, rollout) ->
                                features.updates()
                                        .fleet()
                                        .rollouts()
                                        .find(organization, rollout)
                                        .isPresent(),
                        common.refusals(),
                        common.meters(),
                        limits)
                .register(handlers);
    }

    private static void updates(Features features, Common common, Handlers handlers) {
        Updates updates = features.updates();
        new OwnUpdateOperations(
                        features.devices(),
                        features.ownership(),
                        updates.fleet().owners(),
                        common.refusals(),
                        common.clock())
                .register(handlers);
        new ReleaseOperations(
                        features.devices(), updates.releases(), updates.fleet(), common.refusals())
                .register(handlers);
        new ArtifactOperations(features.devices(), updates.vetting(), common.refusals())
                .register(handlers);
        new ScanOperations(updates.vetting()).register(handlers);
        new ArtifactContent(
                        updates.vetting(), new MemberDownloads(common.limits()), common.refusals())
                .register(handlers);
    }

    /**
     * Binds a port and serves.
     *
     * @param proxies whose connections say in the PROXY protocol whom they are for
     * @throws UncheckedIOException if the port cannot be bound; the text names it
     */
    public HttpsListener listen(
            String host,
            int port,
            TlsPolicy tls,
            TlsIdentity identity,
            List<AddressRange> proxies) {
        return HttpsListener.start(
                new HttpsListener.Settings(
                        "api",
                        host,
                        port,
                        Audience.PEOPLE,
                        HttpVersions.HTTP_1_1_AND_2,
                        tls,
                        ClientCertificates.NOT_ASKED,
                        proxies),
                identity,
                handler,
                Problems.LISTENER,
                guards);
    }

    /** The contract in force. */
    public Contract contract() {
        return contract;
    }

    private static byte[] document() {
        try (InputStream yaml =
                Objects.requireNonNull(Api.class.getResourceAsStream("openapi.yaml"))) {
            return yaml.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the API's document cannot be read", unreadable);
        }
    }
}
