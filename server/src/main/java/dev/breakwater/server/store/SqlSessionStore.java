/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.session.InFlight;
import dev.breakwater.server.session.KeptState;
import dev.breakwater.server.session.SessionChange;
import dev.breakwater.server.session.SessionHolder;
import dev.breakwater.server.session.SessionStore;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Kept sessions as a row each, with rows for what the device subscribed to and what holds ids. */
public final class SqlSessionStore implements SessionStore, RevocationConsequence {

    private final Database database;

    /** The kept sessions within this database. */
    public SqlSessionStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<KeptState> open(
            SessionHolder holder, boolean cleanStart, Duration expiry, Instant now) {
        return database.write(transaction -> open(transaction, holder, cleanStart, expiry, now));
    }

    private static Optional<KeptState> open(
            Transaction transaction,
            SessionHolder holder,
            boolean cleanStart,
            Duration expiry,
            Instant now)
            throws SQLException {
        long unexpired =
                transaction.count(
                        "SELECT count(*) FROM mqtt_session WHERE device_id = ?"
                                + " AND organization_id = ?"
                                + " AND (expires_us IS NULL OR expires_us > ?)",
                        holder.device(),
                        holder.organization(),
                        now);
        Optional<KeptState> state =
                unexpired == 0 || cleanStart
                        ? Optional.empty()
                        : Optional.of(read(transaction, holder.device()));
        if (state.isEmpty() || expiry.isZero()) {
            delete(transaction, holder.device());
        }
        if (!expiry.isZero()) {
            hold(transaction, holder, expiry);
        }
        return state;
    }

    /** Not for a device that has been revoked meanwhile: nobody would ever forget its session. */
    private static void hold(Transaction transaction, SessionHolder holder, Duration expiry)
            throws SQLException {
        int rows =
                transaction.update(
                        "INSERT INTO mqtt_session (device_id, organization_id, epoch, expiry_us)"
                                + " SELECT device_id, organization_id, ?, ? FROM device"
                                + " WHERE organization_id = ? AND device_id = ? AND status <> ?"
                                + " ON CONFLICT (device_id) DO UPDATE SET epoch = excluded.epoch,"
                                + " expiry_us = excluded.expiry_us, expires_us = NULL",
                        holder.epoch(),
                        expiry.toNanos() / 1_000,
                        holder.organization(),
                        holder.device(),
                        DeviceStatus.REVOKED);
        if (rows == 0) {
            throw new SQLException("device " + holder.device() + " is not registered any more");
        }
    }

    private static KeptState read(Statements statements, DeviceId device) throws SQLException {
        Map<TopicFilter, QualityOfService> subscriptions = new LinkedHashMap<>();
        record Filter(TopicFilter filter, QualityOfService qos) {}
        for (Filter row :
                statements.list(
                        "SELECT filter, qos FROM mqtt_subscription WHERE device_id = ?",
                        row ->
                                new Filter(
                                        TopicFilter.of(row.text("filter")),
                                        QualityOfService.valueOf(row.text("qos"))),
                        device)) {
            subscriptions.put(row.filter(), row.qos());
        }
        List<Integer> received =
                statements.list(
                        "SELECT packet_id FROM mqtt_received WHERE device_id = ?",
                        row -> row.integer("packet_id"),
                        device);
        List<InFlight> inFlight =
                statements.list(
                        "SELECT * FROM mqtt_in_flight WHERE device_id = ? ORDER BY sequence",
                        row ->
                                new InFlight(
                                        row.integer("packet_id"),
                                        TopicName.of(row.text("topic")),
                                        QualityOfService.valueOf(row.text("qos")),
                                        row.text("payload_sha256"),
                                        row.flag("received")),
                        device);
        return new KeptState(subscriptions, received, inFlight);
    }

    @Override
    public void submit(SessionHolder holder, SessionChange change, Completion<Object> completion) {
        database.submit(
                transaction -> {
                    boolean held = holds(transaction, holder);
                    if (held) {
                        make(transaction, holder.device(), change);
                    }
                    return held;
                },
                completion);
    }

    @Override
    public boolean submitAlongside(
            SessionHolder holder, SessionChange change, Runnable submitting) {
        return Alongside.run(
                transaction -> {
                    if (!holds(transaction, holder)) {
                        throw new StorageUnavailable(
                                "the session of device %s is held by a later connection"
                                        .formatted(holder.device()));
                    }
                    make(transaction, holder.device(), change);
                    return holder;
                },
                submitting);
    }

    private static boolean holds(Statements statements, SessionHolder holder) throws SQLException {
        return statements.count(
                        "SELECT count(*) FROM mqtt_session WHERE device_id = ?"
                                + " AND organization_id = ? AND epoch = ?",
                        holder.device(),
                        holder.organization(),
                        holder.epoch())
                > 0;
    }

    /** Each of these can be made twice: a sender that was not told may try again. */
    private static void make(Transaction transaction, DeviceId device, SessionChange change)
            throws SQLException {
        switch (change) {
            case SessionChange.Subscribed(Map<TopicFilter, QualityOfService> filters) -> {
                for (Map.Entry<TopicFilter, QualityOfService> filter : filters.entrySet()) {
                    transaction.update(
                            "INSERT INTO mqtt_subscription (device_id, filter, qos)"
                                    + " VALUES (?, ?, ?) ON CONFLICT (device_id, filter)"
                                    + " DO UPDATE SET qos = excluded.qos",
                            device,
                            filter.getKey().text(),
                            filter.getValue().name());
                }
            }
            case SessionChange.Unsubscribed(List<TopicFilter> filters) -> {
                for (TopicFilter filter : filters) {
                    transaction.update(
                            "DELETE FROM mqtt_subscription WHERE device_id = ? AND filter = ?",
                            device,
                            filter.text());
                }
            }
            case SessionChange.Received(int packetId) ->
                    transaction.update(
                            "INSERT INTO mqtt_received (device_id, packet_id) VALUES (?, ?)"
                                    + " ON CONFLICT (device_id, packet_id) DO NOTHING",
                            device,
                            packetId);
            case SessionChange.Released(int packetId) ->
                    transaction.update(
                            "DELETE FROM mqtt_received WHERE device_id = ? AND packet_id = ?",
                            device,
                            packetId);
            case SessionChange.Sent(InFlight message) -> {
                settle(transaction, device, message.packetId());
                transaction.update(
                        "INSERT INTO mqtt_in_flight (device_id, packet_id, topic, qos,"
                                + " payload_sha256, received) VALUES (?, ?, ?, ?, ?, ?)",
                        device,
                        message.packetId(),
                        message.topic().text(),
                        message.qos().name(),
                        message.payloadSha256(),
                        message.received());
            }
            case SessionChange.Taken(int packetId) ->
                    transaction.update(
                            "UPDATE mqtt_in_flight SET received = ?"
                                    + " WHERE device_id = ? AND packet_id = ?",
                            true,
                            device,
                            packetId);
            case SessionChange.Settled(int packetId) -> settle(transaction, device, packetId);
            case SessionChange.Disconnected(Instant at, Duration expiry) ->
                    disconnect(transaction, device, at, expiry);
        }
    }

    private static void settle(Transaction transaction, DeviceId device, int packetId)
            throws SQLException {
        transaction.update(
                "DELETE FROM mqtt_in_flight WHERE device_id = ? AND packet_id = ?",
                device,
                packetId);
    }

    private static void disconnect(
            Transaction transaction, DeviceId device, Instant at, Duration expiry)
            throws SQLException {
        if (expiry.isZero()) {
            delete(transaction, device);
        } else {
            transaction.update(
                    "UPDATE mqtt_session SET expiry_us = ?, expires_us = ? WHERE device_id = ?",
                    expiry.toNanos() / 1_000,
                    at.plus(expiry),
                    device);
        }
    }

    private static void delete(Transaction transaction, DeviceId device) throws SQLException {
        transaction.update("DELETE FROM mqtt_subscription WHERE device_id = ?", device);
        transaction.update("DELETE FROM mqtt_received WHERE device_id = ?", device);
        transaction.update("DELETE FROM mqtt_in_flight WHERE device_id = ?", device);
        transaction.update("DELETE FROM mqtt_session WHERE device_id = ?", device);
    }

    /** As many as there are devices that have one: all are needed, and each is small. */
    @Override
    @Unscoped("a restart ends the connections of all organizations")
    public List<DeviceId> disconnectAll(Instant now) {
        return database.write(
                transaction -> {
                    transaction.update(
                            "UPDATE mqtt_session SET expires_us = ? + expiry_us"
                                    + " WHERE expires_us IS NULL",
                            now);
                    return transaction.list(
                            "SELECT device_id FROM mqtt_session", SqlSessionStore::device);
                });
    }

    @Override
    @Unscoped("time passes for all organizations")
    public int deleteExpired(Instant now, int countMax) {
        return database.write(
                transaction -> {
                    List<DeviceId> expired =
                            transaction.list(
                                    "SELECT device_id FROM mqtt_session"
                                            + " WHERE expires_us <= ? ORDER BY expires_us LIMIT ?",
                                    SqlSessionStore::device,
                                    now,
                                    countMax);
                    for (DeviceId device : expired) {
                        delete(transaction, device);
                    }
                    return expired.size();
                });
    }

    private static DeviceId device(Row row) throws SQLException {
        return new DeviceId(row.uuid("device_id"));
    }

    /** A revoked device comes back as another one, and with nothing of this one's. */
    @Override
    public void deviceRevoked(Transaction transaction, OrganizationId organization, DeviceId device)
            throws SQLException {
        long own =
                transaction.count(
                        "SELECT count(*) FROM mqtt_session"
                                + " WHERE organization_id = ? AND device_id = ?",
                        organization,
                        device);
        if (own > 0) {
            delete(transaction, device);
        }
    }
}
