/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.ownership.DeviceShare;
import dev.breakwater.server.ownership.ShareId;
import dev.breakwater.server.ownership.ShareRight;
import dev.breakwater.server.ownership.ShareStore;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Shares and offers as rows of one table: an offer becomes the share. */
public final class SqlShareStore implements ShareStore {

    /** What is over by itself counts for nothing; bound are the moment, twice. */
    private static final String STANDING =
            " AND (s.ends_us IS NULL OR s.ends_us > ?)"
                    + " AND (s.member_id IS NOT NULL OR s.expires_us > ?)";

    private static final String SHARES =
            "SELECT s.*, d.serial, o.name AS owner_name, o.email AS owner_email,"
                    + " m.name AS member_name, m.email AS member_email FROM device_share s"
                    + " JOIN device d ON d.device_id = s.device_id"
                    + " JOIN member o ON o.member_id = s.owner_id"
                    + " LEFT JOIN member m ON m.member_id = s.member_id"
                    + " WHERE s.organization_id = ?";

    private final Database database;
    private final SqlAuditLog audit;
    private final Clock clock;
    private final SharedRows rows;

    /** The shares within this database. */
    public SqlShareStore(Database database, SqlAuditLog audit, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
        this.rows = new SharedRows(audit);
    }

    @Override
    public Offered offer(OrganizationId organization, NewOffer offer, int sharesMax) {
        return database.write(
                transaction -> {
                    Optional<Offered> objection = objection(transaction, organization, offer);
                    if (objection.isPresent()) {
                        return objection.get();
                    }
                    deleteWhatIsOver(transaction, organization, offer.device(), offer.at());
                    long shares =
                            transaction.count(
                                    "SELECT count(*) FROM device_share"
                                            + " WHERE organization_id = ? AND device_id = ?",
                                    organization,
                                    offer.device());
                    if (shares >= sharesMax) {
                        return Offered.TOO_MANY;
                    }
                    insert(transaction, organization, offer);
                    audit.append(transaction, offered(organization, offer));
                    return Offered.OFFERED;
                });
    }

    private static Optional<Offered> objection(
            Transaction transaction, OrganizationId organization, NewOffer offer)
            throws SQLException {
        if (!owns(transaction, organization, offer.device(), offer.owner())) {
            return Optional.of(Offered.NOT_THEIRS);
        }
        long stolen =
                transaction.count(
                        "SELECT count(*) FROM device_theft"
                                + " WHERE organization_id = ? AND device_id = ?",
                        organization,
                        offer.device());
        if (stolen > 0) {
            return Optional.of(Offered.STOLEN);
        }
        long revoked =
                transaction.count(
                        "SELECT count(*) FROM device WHERE organization_id = ? AND device_id = ?"
                                + " AND status = 'REVOKED'",
                        organization,
                        offer.device());
        return revoked > 0 ? Optional.of(Offered.REVOKED) : Optional.empty();
    }

    private static void deleteWhatIsOver(
            Transaction transaction, OrganizationId organization, DeviceId device, Instant at)
            throws SQLException {
        transaction.update(
                "DELETE FROM device_share WHERE organization_id = ? AND device_id = ?"
                        + " AND (ends_us <= ? OR (member_id IS NULL AND expires_us <= ?))",
                organization,
                device,
                at,
                at);
    }

    private static void insert(Transaction transaction, OrganizationId organization, NewOffer offer)
            throws SQLException {
        transaction.update(
                "INSERT INTO device_share (share_id, organization_id, device_id, owner_id,"
                        + " share_right, offered_us, expires_us, ends_us, code_sha256)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                offer.id(),
                organization,
                offer.device(),
                offer.owner(),
                offer.right().code(),
                offer.at(),
                offer.codeExpiresAt(),
                offer.endsAt().orElse(null),
                offer.code());
    }

    @Override
    public Accepted accept(
            OrganizationId organization, SecretDigest code, MemberId taker, Instant at) {
        return database.write(
                transaction -> {
                    Optional<DeviceShare> found =
                            transaction.one(
                                    SHARES
                                            + STANDING
                                            + " AND s.code_sha256 = ? AND s.member_id IS NULL",
                                    SqlShareStore::share,
                                    organization,
                                    at,
                                    at,
                                    code);
                    if (found.isEmpty()) {
                        return new Accepted.NoSuch();
                    }
                    DeviceShare offer = found.get();
                    if (owns(transaction, organization, offer.device(), taker)) {
                        return new Accepted.OwnDevice();
                    }
                    int replaced =
                            transaction.update(
                                    "DELETE FROM device_share WHERE organization_id = ?"
                                            + " AND device_id = ? AND member_id = ?",
                                    organization,
                                    offer.device(),
                                    taker);
                    transaction.update(
                            "UPDATE device_share SET member_id = ?, accepted_us = ?,"
                                    + " code_sha256 = NULL"
                                    + " WHERE organization_id = ? AND share_id = ?",
                            taker,
                            at,
                            organization,
                            offer.id());
                    audit.append(transaction, accepted(organization, offer, taker, replaced > 0));
                    return new Accepted.Done(
                            one(transaction, organization, offer.id()).orElseThrow());
                });
    }

    @Override
    public List<DeviceShare> ofDevice(
            OrganizationId organization, DeviceId device, Instant at, int countMax) {
        return database.read(
                statements -> ofDevice(statements, organization, device, at, countMax));
    }

    @Override
    public List<DeviceShare> ofOwner(
            OrganizationId organization,
            DeviceId device,
            MemberId owner,
            Instant at,
            int countMax) {
        return database.read(
                statements ->
                        owns(statements, organization, device, owner)
                                ? ofDevice(statements, organization, device, at, countMax)
                                : List.of());
    }

    @Override
    public List<DeviceShare> with(
            OrganizationId organization,
            MemberId member,
            Optional<ShareId> after,
            Instant at,
            int countMax) {
        return database.read(
                statements ->
                        statements.list(
                                SHARES
                                        + STANDING
                                        + " AND s.member_id = ? AND s.share_id > ?"
                                        + " ORDER BY s.share_id LIMIT ?",
                                SqlShareStore::share,
                                organization,
                                at,
                                at,
                                member,
                                after.map(ShareId::toString).orElse(""),
                                countMax));
    }

    @Override
    public boolean end(
            OrganizationId organization, DeviceId device, ShareId share, MemberId owner) {
        return database.write(
                transaction ->
                        owns(transaction, organization, device, owner)
                                && rows.end(
                                                transaction,
                                                organization,
                                                person(owner),
                                                "ended-by-owner",
                                                clock.instant(),
                                                " WHERE organization_id = ? AND device_id = ?"
                                                        + " AND share_id = ?",
                                                organization,
                                                device,
                                                share)
                                        > 0);
    }

    @Override
    public boolean leave(OrganizationId organization, ShareId share, MemberId member) {
        return database.write(
                transaction ->
                        rows.end(
                                        transaction,
                                        organization,
                                        person(member),
                                        "left",
                                        clock.instant(),
                                        " WHERE organization_id = ? AND member_id = ?"
                                                + " AND share_id = ?",
                                        organization,
                                        member,
                                        share)
                                > 0);
    }

    private static List<DeviceShare> ofDevice(
            Statements statements,
            OrganizationId organization,
            DeviceId device,
            Instant at,
            int countMax)
            throws SQLException {
        return statements.list(
                SHARES + STANDING + " AND s.device_id = ? ORDER BY s.share_id LIMIT ?",
                SqlShareStore::share,
                organization,
                at,
                at,
                device,
                countMax);
    }

    private static Optional<DeviceShare> one(
            Statements statements, OrganizationId organization, ShareId share) throws SQLException {
        return statements.one(
                SHARES + " AND s.share_id = ?", SqlShareStore::share, organization, share);
    }

    private static boolean owns(
            Statements statements, OrganizationId organization, DeviceId device, MemberId member)
            throws SQLException {
        return statements.count(
                        "SELECT count(*) FROM device_owner WHERE organization_id = ?"
                                + " AND device_id = ? AND member_id = ?",
                        organization,
                        device,
                        member)
                > 0;
    }

    private static AuditEvent offered(OrganizationId organization, NewOffer offer) {
        Map<String, String> details = new HashMap<>();
        details.put("share", offer.id().toString());
        details.put("right", offer.right().code());
        details.put("expires-at", offer.codeExpiresAt().toString());
        offer.endsAt().ifPresent(ends -> details.put("ends-at", ends.toString()));
        return AuditEvent.of(
                organization,
                person(offer.owner()),
                AuditAction.DEVICE_SHARE_OFFERED,
                "device:" + offer.device(),
                details);
    }

    private static AuditEvent accepted(
            OrganizationId organization, DeviceShare share, MemberId taker, boolean replaces) {
        Map<String, String> details = new HashMap<>();
        details.put("share", share.id().toString());
        details.put("right", share.right().code());
        details.put("owner", share.owner().id().toString());
        details.put("replaces-another", Boolean.toString(replaces));
        share.endsAt().ifPresent(ends -> details.put("ends-at", ends.toString()));
        return AuditEvent.of(
                organization,
                person(taker),
                AuditAction.DEVICE_SHARE_ACCEPTED,
                "device:" + share.device(),
                details);
    }

    private static Actor person(MemberId member) {
        return new Actor.Person(member.toString());
    }

    private static DeviceShare share(Row row) throws SQLException {
        Optional<String> member = row.optionalText("member_id");
        Optional<DeviceShare.Taken> taken =
                member.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new DeviceShare.Taken(
                                        new DeviceShare.Person(
                                                new MemberId(UUID.fromString(member.get())),
                                                row.text("member_name"),
                                                row.text("member_email")),
                                        row.instant("accepted_us")));
        return new DeviceShare(
                new ShareId(row.uuid("share_id")),
                new DeviceId(row.uuid("device_id")),
                new DeviceSerial(row.text("serial")),
                new DeviceShare.Person(
                        new MemberId(row.uuid("owner_id")),
                        row.text("owner_name"),
                        row.text("owner_email")),
                ShareRight.parse(row.text("share_right")),
                row.instant("offered_us"),
                row.instant("expires_us"),
                taken,
                row.optionalInstant("ends_us"));
    }
}
