/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import dev.breakwater.server.event.AnnouncingTwinStore;
import dev.breakwater.server.event.EventFeed;
import dev.breakwater.server.label.DeviceLabels;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.ownership.DeviceShares;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlDeviceStore;
import dev.breakwater.server.store.SqlLabelStore;
import dev.breakwater.server.store.SqlShareStore;
import dev.breakwater.server.store.SqlTagStore;
import dev.breakwater.server.store.SqlTwinStore;
import dev.breakwater.server.tag.DeviceTags;
import dev.breakwater.server.twin.Twins;
import java.time.Clock;

/** Features of the real API over its real store. */
final class RunningFeatures {

    private RunningFeatures() {}

    static DeviceLabels labels(
            Database database,
            SqlAuditLog audit,
            SqlDeviceStore devices,
            Limits limits,
            Clock clock) {
        return new DeviceLabels(new SqlLabelStore(database, audit), devices, limits, clock);
    }

    static DeviceTags tags(Database database, SqlAuditLog audit, Limits limits) {
        return new DeviceTags(new SqlTagStore(database, audit), limits);
    }

    static DeviceShares shares(Database database, SqlAuditLog audit, Limits limits, Clock clock) {
        SqlShareStore store = new SqlShareStore(database, audit, clock);
        return new DeviceShares(store, limits, clock);
    }

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
}
