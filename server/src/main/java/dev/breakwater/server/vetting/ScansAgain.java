/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.vetting;

import dev.breakwater.server.artifact.ArtifactStore;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.scan.ScanReport;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Scans artifacts by the rules that count now, which may be others than when they came. Releases
 * that name one already go on as they are; what is found from now on blocks new ones.
 */
public final class ScansAgain {

    private final VettingStore store;
    private final ArtifactStore artifacts;
    private final Scans scans;
    private final Clock clock;

    /** What came of the wish to scan an artifact again. */
    public sealed interface Outcome {

        /** It was. */
        record Vetted(VettedArtifact artifact) implements Outcome {}

        /** The scan goes on; the artifact stands as it did before. */
        record Scanning(VettedArtifact before) implements Outcome {}

        /** So many of the organization's are scanned again already. */
        record TooMany(int most) implements Outcome {}

        /** Its bytes are not stored any more. */
        record NotStored() implements Outcome {}

        /** There is no such artifact. */
        record NoSuchArtifact() implements Outcome {}
    }

    ScansAgain(VettingStore store, ArtifactStore artifacts, Scans scans, Clock clock) {
        this.store = store;
        this.artifacts = artifacts;
        this.scans = scans;
        this.clock = clock;
    }

    /** Scans one, or waits for the scan of it that goes on. */
    public Outcome scan(OrganizationId organization, ArtifactId id, Actor actor) {
        Optional<VettedArtifact> found = store.artifact(organization, id, clock.instant());
        if (found.isEmpty()) {
            return new Outcome.NoSuchArtifact();
        }
        VettedArtifact before = found.get();
        if (artifacts.find(organization, before.hash()).isEmpty()) {
            return new Outcome.NotStored();
        }
        Scans.Subject subject =
                new Scans.Subject(
                        id.uuid(),
                        organization,
                        before.name(),
                        before.hash(),
                        before.length(),
                        true);
        return switch (scans.result(subject, (by, report) -> kept(before, by, report, actor))) {
            case Scans.Result.Kept(VettedArtifact artifact) -> new Outcome.Vetted(artifact);
            case Scans.Result.GoesOn() -> new Outcome.Scanning(before);
            case Scans.Result.TooMany(int most) -> new Outcome.TooMany(most);
        };
    }

    private VettedArtifact kept(VettedArtifact before, RuleSet by, ScanReport report, Actor actor) {
        List<VettedFinding> findings = VettedFinding.of(report);
        VettedArtifact seen =
                new VettedArtifact(
                        before.id(),
                        before.organization(),
                        before.product(),
                        before.name(),
                        before.hash(),
                        before.length(),
                        clock.instant().truncatedTo(ChronoUnit.MICROS),
                        Optional.of(by),
                        VettedFinding.blocking(findings));
        return store.scannedAgain(before.organization(), seen, findings, seen.scanned(actor))
                .orElseThrow(() -> new IllegalStateException("an artifact went while scanned"));
    }

    /** Whether an artifact is, or waits to be, scanned again. */
    public boolean isRunning(ArtifactId id) {
        return scans.isRunning(id.uuid());
    }
}
