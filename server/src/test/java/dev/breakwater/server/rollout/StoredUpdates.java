/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.event.AnnouncingRolloutStore;
import dev.breakwater.server.event.AnnouncingUpdatePolicyStore;
import dev.breakwater.server.event.EventFeed;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlDeviceStore;
import dev.breakwater.server.store.SqlRolloutStore;
import dev.breakwater.server.store.SqlTwinStore;
import dev.breakwater.server.store.SqlUpdatePolicyStore;
import java.time.Clock;

/** Rollouts over a database, as the server wires them; not started. */
public final class StoredUpdates {

    private StoredUpdates() {}

    /** Of releases that are only known here. */
    public static FleetUpdates over(
            KnownReleases releases,
            Database database,
            SqlAuditLog audit,
            SqlDeviceStore devices,
            LiveSessions sessions,
            Limits limits,
            Clock clock) {
        EventFeed nobodyListens = new EventFeed(limits, System::nanoTime);
        return over(releases, database, audit, devices, sessions, nobodyListens, limits, clock);
    }

    /** The same, told to whoever listens. */
    public static FleetUpdates over(
            KnownReleases releases,
            Database database,
            SqlAuditLog audit,
            SqlDeviceStore devices,
            LiveSessions sessions,
            EventFeed events,
            Limits limits,
            Clock clock) {
        return new FleetUpdates(
                new FleetUpdates.Parts(
                        new AnnouncingRolloutStore(
                                new SqlRolloutStore(database, audit, clock), events),
                        new AnnouncingUpdatePolicyStore(
                                new SqlUpdatePolicyStore(database, audit), events),
                        devices,
                        new SqlTwinStore(database, audit),
                        releases,
                        releases,
                        sessions),
                limits,
                clock);
    }
}
