/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.event.AnnouncingFindingStore;
import dev.breakwater.server.event.AnnouncingTwinStore;
import dev.breakwater.server.event.EventFeed;
import dev.breakwater.server.firewall.ApplicationFirewall;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlFindingStore;
import dev.breakwater.server.store.SqlFirewallStore;
import dev.breakwater.server.store.SqlTwinStore;
import dev.breakwater.server.twin.Twins;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;

/** Features of a server over a real store, whose changes are told to those who listen. */
final class StoredFeatures {

    private StoredFeatures() {}

    static Twins twins(
            Database database,
            SqlAuditLog audit,
            EventFeed events,
            LiveSessions sessions,
            Limits limits,
            Clock clock) {
        return new Twins(
                new AnnouncingTwinStore(new SqlTwinStore(database, audit), events),
                sessions,
                limits,
                clock);
    }

    static ApplicationFirewall firewall(
            Database database,
            SqlAuditLog audit,
            EventFeed events,
            LiveSessions sessions,
            Limits limits,
            SimpleMeterRegistry meters,
            Clock clock) {
        return ApplicationFirewall.over(
                new SqlFirewallStore(database, audit),
                new AnnouncingFindingStore(new SqlFindingStore(database, audit), events),
                sessions,
                limits,
                meters,
                clock);
    }
}
