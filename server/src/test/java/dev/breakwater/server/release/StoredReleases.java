/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.server.account.Accounts;
import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.artifact.ArtifactStore;
import dev.breakwater.server.artifact.ArtifactUpload;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlAccountStore;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlDeviceStore;
import dev.breakwater.server.store.SqlReleaseStore;
import dev.breakwater.server.store.SqlScanRuleStore;
import dev.breakwater.server.store.SqlVettingStore;
import dev.breakwater.server.vetting.ArtifactVetting;
import dev.breakwater.server.vetting.ScanRules;
import dev.breakwater.testkit.TestClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The releases of one product in a database, and the people who sign them. */
final class StoredReleases implements AutoCloseable {

    static final Actor PUBLISHER = new Actor.TokenHolder("t-1");

    final TestClock clock;
    final Limits limits = Limits.defaults();
    final OrganizationId organization;
    final ProductId product;
    final SqlAuditLog audit;
    final SqlReleaseStore store;
    final ArtifactVetting vetting;
    final ProductReleases releases;
    final ReleaseSigners signers;
    private final SqlDeviceStore devices;
    private final Database database;
    private final DatabaseLocation location;

    /** A new organization with a product in a new file. */
    static StoredReleases fresh(Path directory, SealingKey sealingKey) {
        return fresh(directory, sqlite(directory), sealingKey);
    }

    /** A new organization with a product in a new database. */
    static StoredReleases fresh(Path directory, DatabaseLocation location, SealingKey sealingKey) {
        return new StoredReleases(
                directory, location, sealingKey, TestClock.atPresent(), Optional.empty());
    }

    private static DatabaseLocation sqlite(Path directory) {
        return new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db"));
    }

    /** The same database, opened by another process later. */
    static StoredReleases reopened(Path directory, SealingKey sealingKey, StoredReleases before) {
        return reopened(directory, before.location, sealingKey, before);
    }

    /** A database that holds the same. */
    static StoredReleases reopened(
            Path directory,
            DatabaseLocation location,
            SealingKey sealingKey,
            StoredReleases before) {
        return new StoredReleases(
                directory, location, sealingKey, before.clock, Optional.of(before));
    }

    private StoredReleases(
            Path directory,
            DatabaseLocation location,
            SealingKey sealingKey,
            TestClock clock,
            Optional<StoredReleases> before) {
        this.clock = clock;
        this.location = location;
        database = Database.open(location, limits);
        audit = new SqlAuditLog(database, clock);
        devices = new SqlDeviceStore(database, audit, clock, List.of());
        organization =
                before.map(known -> known.organization).orElseGet(() -> organization("Reef"));
        product = before.map(known -> known.product).orElseGet(() -> product(organization));
        store = new SqlReleaseStore(database, audit);
        ArtifactStore artifacts =
                new DirectoryArtifacts(directory.resolve("artifacts"), limits, clock);
        vetting =
                new ArtifactVetting(
                        new SqlVettingStore(database, audit),
                        new ScanRules(new SqlScanRuleStore(database, audit), limits, clock),
                        artifacts,
                        limits,
                        clock);
        releases = ProductReleases.over(store, vetting, sealingKey, limits, clock);
        signers =
                before.map(known -> known.signers).orElseGet(() -> new ReleaseSigners(prepared()));
    }

    /** The key that the next root and targets may name, made now if there is none. */
    MetadataKey prepared() {
        return switch (releases.repositories()
                .prepareKey(organization, product, false, PUBLISHER)) {
            case UpdateRepositories.Prepared.Made(RepositoryView.Key key) -> key.listed();
            case UpdateRepositories.Prepared.There(RepositoryView.Key key) -> key.listed();
            case UpdateRepositories.Prepared.NoSuchProduct() -> throw new AssertionError();
        };
    }

    OrganizationId organization(String name) {
        Accounts accounts = new Accounts(new SqlAccountStore(database, audit), limits, clock);
        return accounts.addOrganization(name, "first").token().organization();
    }

    ProductId product(OrganizationId of) {
        ProductId id = ProductId.fresh();
        Product made = Product.named(id, of, "tank " + id, clock.instant());
        AuditEvent event =
                AuditEvent.of(
                        of, PUBLISHER, AuditAction.PRODUCT_CREATED, "product:" + id, Map.of());
        return devices.addProduct(made, event).orElseThrow().id();
    }

    Instant in(Duration time) {
        return clock.instant().plus(time).truncatedTo(ChronoUnit.SECONDS);
    }

    Instant inAYear() {
        return in(Duration.ofDays(365));
    }

    UpdateRepositories.Outcome root(long version, byte[] file) throws ReleaseRefused {
        return handIn(HandedIn.root(version, file));
    }

    UpdateRepositories.Outcome targets(byte[] file) throws ReleaseRefused {
        return handIn(HandedIn.targets(file));
    }

    UpdateRepositories.Outcome handIn(HandedIn files) throws ReleaseRefused {
        return releases.repositories()
                .handIn(organization, product, files, Optional.empty(), PUBLISHER);
    }

    /** The next root, as it should be. */
    void root(long version) throws ReleaseRefused {
        root(version, signers.signed(signers.root(version, inAYear())));
    }

    void publish(long version, Map<String, TargetFile> named) throws ReleaseRefused {
        targets(signers.signed(signers.targets(version, inAYear(), named)));
    }

    static byte[] bytes(String artifact) {
        return artifact.getBytes(StandardCharsets.UTF_8);
    }

    TargetFile target(String version, long counter, String artifact) {
        return ReleaseSigners.target(product.toString(), version, counter, bytes(artifact));
    }

    /** Uploads an artifact and has it scanned. */
    ArtifactVetting.Completion upload(String artifact) {
        byte[] bytes = bytes(artifact);
        ArtifactHash hash = new ArtifactHash(FileHashes.sha256(bytes).sha256().orElseThrow());
        ArtifactVetting.Begun begun =
                vetting.begin(organization, product, hash, bytes.length, "tank.zip");
        if (!(begun instanceof ArtifactVetting.Begun.Open(var upload, long received))) {
            throw new AssertionError(begun);
        }
        if (received < bytes.length
                && !(vetting.append(organization, upload.id(), 0, bytes)
                        instanceof ArtifactUpload.Appended.Taken)) {
            throw new AssertionError("the part was not taken");
        }
        return vetting.complete(organization, upload.id(), PUBLISHER);
    }

    byte[] file(String name) {
        return releases.metadata().file(organization, product, name).orElseThrow();
    }

    Release only() {
        return releases.releases().of(organization, product, Optional.empty(), 10).getLast();
    }

    @Override
    public void close() {
        releases.close();
        vetting.close();
        database.close();
    }
}
