/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.release.DirectorStatement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Signs what devices are told with their product's online key. */
final class OnlineDirector implements Director {

    /**
     * Devices refuse a statement that lives longer than {@link DirectorStatement#LIFE_MAX} by their
     * own clock; a day of it is left to clocks that are behind.
     */
    private static final Duration LIFE = DirectorStatement.LIFE_MAX.minus(Duration.ofDays(1));

    private final ReleaseStore store;
    private final OnlineKey key;
    private final Clock clock;

    OnlineDirector(ReleaseStore store, SealingKey sealingKey, Clock clock) {
        this.store = store;
        this.key = new OnlineKey(sealingKey);
        this.clock = clock;
    }

    @Override
    public Optional<byte[]> statement(Release release, List<DeviceId> devices, Instant deadline) {
        Instant wholeSeconds = deadline.truncatedTo(ChronoUnit.SECONDS);
        DirectorStatement statement =
                new DirectorStatement(
                        release.path(),
                        release.length(),
                        new FileHashes(Map.of("sha256", release.hash().hex())),
                        devices,
                        Optional.empty(),
                        wholeSeconds);
        Optional<ReleaseStore.Directed> counted =
                store.directed(release.organization(), release.product(), release.id());
        Instant end = clock.instant().plus(LIFE).truncatedTo(ChronoUnit.SECONDS);
        Instant expires = wholeSeconds.isBefore(end) ? wholeSeconds : end;
        return counted.map(
                directed ->
                        key.sign(
                                release.product(),
                                directed.key(),
                                statement.toTargets(directed.version(), expires)));
    }
}
