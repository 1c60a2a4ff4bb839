/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.server.artifact.ArtifactHash;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditChain;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.HandedIn;
import dev.breakwater.server.release.ProductReleases;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.release.ReleaseRefused;
import dev.breakwater.server.release.ReleaseSigners;
import dev.breakwater.server.release.RepositoryView;
import dev.breakwater.server.release.UpdateRepositories;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlReleaseStore;
import dev.breakwater.server.store.SqlRolloutStore;
import dev.breakwater.server.store.SqlScanRuleStore;
import dev.breakwater.server.store.SqlTwinStore;
import dev.breakwater.server.store.SqlUpdatePolicyStore;
import dev.breakwater.server.store.SqlVettingStore;
import dev.breakwater.server.store.StoredFleet;
import dev.breakwater.server.vetting.ArtifactVetting;
import dev.breakwater.server.vetting.ScanRules;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server's data directory as far as rollouts go: a fleet, a repository whose releases are really
 * signed, and rollouts over it, wired as the server wires them. Whoever opens it again finds all of
 * it.
 */
final class RolloutsOnDisk implements AutoCloseable {

    private static final Limits LIMITS = Limits.defaults();
    private static final byte[] ARTIFACT = "what a tank is to run".getBytes(UTF_8);
    private static final String PATH = "1.1/tank.zip";
    private static final Actor OPERATOR = new Actor.Person("one");

    private final Clock clock = Clock.systemUTC();
    private final StoredFleet fleet;
    private final ArtifactVetting vetting;
    private final ProductReleases releases;
    final LiveSessions sessions = new LiveSessions();
    final FleetUpdates updates;

    /** What was made in it. */
    record Made(
            OrganizationId organization,
            ProductId product,
            RolloutId rollout,
            Release release,
            List<DeviceId> devices) {}

    RolloutsOnDisk(Path data) {
        fleet =
                new StoredFleet(
                        new DatabaseLocation.SqliteFile(data.resolve("breakwater.db")), clock);
        vetting =
                new ArtifactVetting(
                        new SqlVettingStore(fleet.database(), fleet.audit()),
                        new ScanRules(
                                new SqlScanRuleStore(fleet.database(), fleet.audit()),
                                LIMITS,
                                clock),
                        new DirectoryArtifacts(data.resolve("artifacts"), LIMITS, clock),
                        LIMITS,
                        clock);
        releases =
                ProductReleases.over(
                        new SqlReleaseStore(fleet.database(), fleet.audit()),
                        vetting,
                        sealingKey(),
                        LIMITS,
                        clock);
        updates =
                new FleetUpdates(
                        new FleetUpdates.Parts(
                                store(),
                                new SqlUpdatePolicyStore(fleet.database(), fleet.audit()),
                                fleet.devices(),
                                new SqlTwinStore(fleet.database(), fleet.audit()),
                                releases.releases(),
                                releases.director(),
                                sessions),
                        LIMITS,
                        clock);
    }

    /** The same in every life, as the file is in which a server keeps it. */
    private static SealingKey sealingKey() {
        byte[] key = new byte[32];
        java.util.Arrays.fill(key, (byte) 7);
        return SealingKey.of(key);
    }

    RolloutStore store() {
        return new SqlRolloutStore(fleet.database(), fleet.audit(), clock);
    }

    AuditChain.Verdict auditLog() {
        return fleet.audit().verify();
    }

    /** Makes a fleet, publishes a release for it and proposes to roll it out. */
    Made make(int devices, RolloutPlan plan) throws ReleaseRefused {
        OrganizationId organization = fleet.organization("Reef");
        ProductId product = fleet.product(organization, RiskProfile.LOW);
        List<DeviceId> ids = fleet.devices(organization, product, "A-", devices);
        Release release = publish(organization, product);
        Rollouts.Outcome<RolloutEntry> outcome =
                updates.rollouts()
                        .propose(
                                new Rollouts.Proposal(
                                        organization,
                                        product,
                                        release.id(),
                                        RolloutTarget.ALL,
                                        plan,
                                        OPERATOR,
                                        Optional.of(MemberId.fresh())));
        if (!(outcome instanceof Rollouts.Outcome.Done(RolloutEntry entry))) {
            throw new IllegalStateException(outcome.toString());
        }
        return new Made(organization, product, entry.id(), release, ids);
    }

    private Release publish(OrganizationId organization, ProductId product) throws ReleaseRefused {
        upload(organization, product);
        UpdateRepositories repositories = releases.repositories();
        ReleaseSigners signers =
                new ReleaseSigners(
                        prepared(repositories.prepareKey(organization, product, false, OPERATOR)));
        Instant expires =
                clock.instant().plus(Duration.ofDays(365)).truncatedTo(ChronoUnit.SECONDS);
        var _ =
                repositories.handIn(
                        organization,
                        product,
                        HandedIn.root(1, signers.signed(signers.root(1, expires))),
                        Optional.empty(),
                        OPERATOR);
        byte[] targets =
                signers.signed(
                        signers.targets(
                                1,
                                expires,
                                Map.of(
                                        PATH,
                                        ReleaseSigners.target(
                                                product.toString(), "1.1", 2, ARTIFACT))));
        var _ =
                repositories.handIn(
                        organization,
                        product,
                        HandedIn.targets(targets),
                        Optional.empty(),
                        OPERATOR);
        return releases.releases().of(organization, product, Optional.empty(), 1).getFirst();
    }

    private static MetadataKey prepared(UpdateRepositories.Prepared outcome) {
        if (!(outcome instanceof UpdateRepositories.Prepared.Made(RepositoryView.Key key))) {
            throw new IllegalStateException(outcome.toString());
        }
        return key.listed();
    }

    private void upload(OrganizationId organization, ProductId product) {
        ArtifactHash hash = new ArtifactHash(FileHashes.sha256(ARTIFACT).sha256().orElseThrow());
        ArtifactVetting.Begun begun =
                vetting.begin(organization, product, hash, ARTIFACT.length, "tank.zip");
        if (!(begun instanceof ArtifactVetting.Begun.Open open)) {
            throw new IllegalStateException(begun.toString());
        }
        var _ = vetting.append(organization, open.upload().id(), 0, ARTIFACT);
        ArtifactVetting.Completion completion =
                vetting.complete(organization, open.upload().id(), OPERATOR);
        while (completion instanceof ArtifactVetting.Completion.Scanning) {
            completion = vetting.complete(organization, open.upload().id(), OPERATOR);
        }
    }

    @Override
    public void close() {
        updates.close();
        releases.close();
        vetting.close();
        fleet.close();
    }
}
