/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.ca.CaUnusable;
import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.IssuancePolicy;
import dev.breakwater.ca.keys.KeyStoreFailed;
import dev.breakwater.ca.ledger.IssuanceLedger;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.server.command.CommandStore;
import dev.breakwater.server.event.AnnouncingCommandStore;
import dev.breakwater.server.event.EventFeed;
import dev.breakwater.server.identity.DeviceLifecycle;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.identity.DeviceTokens;
import dev.breakwater.server.identity.ProductQuotas;
import dev.breakwater.server.identity.ProductRisk;
import dev.breakwater.server.identity.RegistryVersion;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.session.KeptSessions;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.store.SqlCommandStore;
import dev.breakwater.server.store.SqlCredentialStore;
import dev.breakwater.server.store.SqlDeviceStore;
import dev.breakwater.server.store.SqlDeviceTokenStore;
import dev.breakwater.server.store.SqlDisposalStore;
import dev.breakwater.server.store.SqlIssuanceLedger;
import dev.breakwater.server.store.SqlRolloutStore;
import dev.breakwater.server.store.SqlSessionStore;
import java.util.List;

/** Who may be who: the authority, the registry, the sessions that go on. */
record Identities(
        CertificateAuthority authority,
        RequestValidation validation,
        EventFeed events,
        LiveSessions sessions,
        KeptSessions kept,
        CommandStore commands,
        SqlDeviceStore devices,
        SqlDisposalStore disposals,
        SqlRolloutStore rollouts,
        SqlCredentialStore credentials,
        Quotas quotas,
        ProductQuotas productQuotas,
        ProductRisk productRisk,
        DeviceLifecycle lifecycle,
        DeviceRegistry registry,
        DeviceTokens tokens) {

    static Identities over(ServerConfiguration configuration, Ground on, OpenParts open)
            throws KeyStoreFailed, CaUnusable {
        IssuanceLedger ledger = new SqlIssuanceLedger(on.database(), on.audit(), on.clock());
        CertificateAuthority authority =
                CertificateAuthority.open(
                        on.caKeys(),
                        ledger,
                        IssuancePolicy.standard()
                                .withDeviceValidity(configuration.deviceCertificateLife()),
                        on.clock());
        EventFeed events = new EventFeed(on.limits(), System::nanoTime);
        LiveSessions sessions = new LiveSessions(events);
        SqlSessionStore sessionStore = new SqlSessionStore(on.database());
        KeptSessions kept = open.add(new KeptSessions(sessionStore, sessions, on.clock()));
        SqlCommandStore commands = new SqlCommandStore(on.database(), on.audit(), on.clock());
        SqlDeviceTokenStore tokenStore =
                new SqlDeviceTokenStore(on.database(), on.audit(), on.clock());
        SqlDisposalStore disposals = new SqlDisposalStore(on.database(), on.audit(), on.clock());
        SqlRolloutStore rollouts = new SqlRolloutStore(on.database(), on.audit(), on.clock());
        SqlDeviceStore devices =
                new SqlDeviceStore(
                        on.database(),
                        on.audit(),
                        on.clock(),
                        List.of(commands, sessionStore, tokenStore, disposals, rollouts));
        SqlCredentialStore credentials =
                open.add(new SqlCredentialStore(on.database(), on.audit()));
        RegistryVersion version = new RegistryVersion();
        DeviceLifecycle lifecycle = new DeviceLifecycle(devices, sessions, version, events);
        DeviceRegistry registry =
                new DeviceRegistry(
                        credentials,
                        authority.issuers(),
                        lifecycle,
                        on.limits(),
                        on.clock(),
                        version);
        RequestValidation validation = new RequestValidation(ledger);
        return new Identities(
                authority,
                validation,
                events,
                sessions,
                kept,
                new AnnouncingCommandStore(commands, events),
                devices,
                disposals,
                rollouts,
                credentials,
                new Quotas(on.limits(), Moment.Source.of(on.clock())),
                new ProductQuotas(devices, version),
                new ProductRisk(devices, sessions, version),
                lifecycle,
                registry,
                new DeviceTokens(devices, tokenStore, registry, version, on.limits(), on.clock()));
    }
}
