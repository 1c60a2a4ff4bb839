/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.UpdateLine;
import dev.breakwater.device.update.FloorUnavailable;
import dev.breakwater.device.update.InstallationOrder;
import dev.breakwater.device.update.slot.Artifact;
import dev.breakwater.protocol.update.metadata.DelegatedRole;
import dev.breakwater.protocol.update.offer.UpdateFile;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import dev.breakwater.protocol.update.release.DirectorStatement;
import dev.breakwater.protocol.update.release.InstalledDevice;
import dev.breakwater.protocol.update.release.ReleaseCheck;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.protocol.update.release.VerifiedRelease;
import dev.breakwater.protocol.update.trust.RepositoryClient;
import dev.breakwater.protocol.update.trust.TrustStore;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.protocol.update.trust.UpdateRefused;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Judges an offer: the one place where what was signed becomes an order. */
final class OfferCheck {

    private final UpdatePlan plan;
    private final UpdateLine line;
    private final UpdateFiles files;
    private final Ledger ledger;
    private final TrustStore trust;

    OfferCheck(UpdatePlan plan, UpdateLine line, UpdateFiles files, Ledger ledger) {
        this.plan = plan;
        this.line = line;
        this.files = files;
        this.ledger = ledger;
        this.trust = new SealedTrustStore(plan.storage(), plan.root());
    }

    /**
     * Brings the metadata up to date and judges the offer by it.
     *
     * @throws Unfit if it is not for this device as it is
     * @throws Outdated if the director has not signed it, who may have another key since
     * @throws UpdateRefused if anything is not as it must be
     * @throws IOException if it could not be found out now
     */
    Judged judge(UpdateOffer.Standing offer)
            throws Unfit, Outdated, UpdateRefused, IOException, InterruptedException {
        Instant now = line.provenTime();
        TrustedRepository repository =
                new RepositoryClient(
                                trust,
                                name ->
                                        files.open(new UpdateFile.Metadata(name), 0)
                                                .map(
                                                        in ->
                                                                new WatchedStream(
                                                                        in,
                                                                        plan.environment()
                                                                                .pause())),
                                () -> now,
                                System::nanoTime)
                        .refresh();
        byte[] statement = offer.statement().bytes();
        VerifiedRelease release = verify(repository, statement);
        requireOffered(offer, release);
        refuseOlder(repository, release);
        return new Judged(
                order(release),
                release.description(),
                HexFormat.of().formatHex(SealedTrustStore.sha256(statement)),
                release.deadline());
    }

    private VerifiedRelease verify(TrustedRepository repository, byte[] statement)
            throws Unfit, Outdated, UpdateRefused, IOException {
        InstalledProduct product = plan.product();
        Optional<LedgerEntry> confirmed = ledger.confirmedIn(plan.running());
        InstalledDevice device =
                new InstalledDevice(
                        line.deviceId(),
                        Set.of(),
                        product.productId(),
                        product.hardwareId(),
                        confirmed
                                .map(known -> new ReleaseVersion(known.version()))
                                .orElse(product.version()),
                        Math.max(product.counter(), confirmed.map(LedgerEntry::counter).orElse(0L)),
                        floor());
        try {
            return new ReleaseCheck(device).verify(repository, statement);
        } catch (UpdateRefused refused) {
            if (refused.fault() == UpdateFault.NOT_FOR_THIS_DEVICE
                    || refused.fault() == UpdateFault.ROLLED_BACK) {
                throw new Unfit(String.valueOf(refused.getMessage()), refused);
            }
            if (refused.fault() == UpdateFault.WRONG_SIGNATURES) {
                throw new Outdated(String.valueOf(refused.getMessage()), refused);
            }
            throw refused;
        }
    }

    /** Nothing is judged by a floor that is not known, and the server is told why. */
    private long floor() throws Unfit, IOException {
        try {
            return plan.floor().floor();
        } catch (FloorUnavailable unknown) {
            throw new Unfit(String.valueOf(unknown.getMessage()), unknown);
        }
    }

    /** What the owner was shown must be what is installed. */
    private static void requireOffered(UpdateOffer.Standing offer, VerifiedRelease release)
            throws UpdateRefused {
        if (!release.target().path().equals(offer.path())
                || !release.description().version().equals(offer.version())) {
            throw new UpdateRefused(
                    UpdateFault.MISMATCHED,
                    "the offer speaks of another release than its statement");
        }
    }

    /** Stops a replay of what the director said once and has replaced since. */
    private void refuseOlder(TrustedRepository repository, VerifiedRelease release)
            throws UpdateRefused, IOException {
        Set<String> keys =
                repository
                        .targets()
                        .delegation(DirectorStatement.ROLE)
                        .map(OfferCheck::keys)
                        .orElse(Set.of());
        Optional<Long> newer = ledger.heed(keys, release.statementVersion());
        if (newer.isPresent()) {
            throw new UpdateRefused(
                    UpdateFault.ROLLED_BACK,
                    "the director's statement must be at least version %d, not %d"
                            .formatted(newer.get(), release.statementVersion()));
        }
    }

    private static Set<String> keys(DelegatedRole director) {
        return director.keys().keys().stream()
                .map(key -> key.id().hex())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static InstallationOrder order(VerifiedRelease release) throws UpdateRefused {
        ReleaseDescription description = release.description();
        String sha256 =
                release.target()
                        .file()
                        .hashes()
                        .sha256()
                        .orElseThrow(
                                () ->
                                        new UpdateRefused(
                                                UpdateFault.MALFORMED,
                                                "a release must have its SHA-256"));
        try {
            return InstallationOrder.vouchedFor(
                    description.version().text(),
                    new Artifact(
                            new UpdateFile.Artifact(sha256).name(),
                            release.target().file().length(),
                            sha256),
                    description.releaseCounter(),
                    description.rollbackFloor());
        } catch (IllegalArgumentException impossible) {
            throw new UpdateRefused(
                    UpdateFault.MALFORMED, String.valueOf(impossible.getMessage()), impossible);
        }
    }
}
