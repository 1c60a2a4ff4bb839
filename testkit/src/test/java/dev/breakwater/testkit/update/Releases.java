/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.MetadataWriter;
import dev.breakwater.protocol.update.metadata.PathScope;
import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import dev.breakwater.protocol.update.release.DirectorStatement;
import dev.breakwater.protocol.update.release.InstalledDevice;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.testkit.TestClock;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Releases, directors and devices for tests. */
final class Releases {

    static final DeviceId DEVICE = DeviceId.fresh();
    static final String PATH = "tank/1.1.0.img";
    static final byte[] IMAGE = {1, 1, 0};

    private Releases() {}

    static ReleaseDescription release(long counter) {
        return new ReleaseDescription(
                "fish-tank",
                new ReleaseVersion("1.1.0"),
                counter,
                List.of("tank-a", "tank-b"),
                Optional.of(new ReleaseVersion("1.0")),
                5,
                Optional.of("ab".repeat(32)),
                "Feeds at the right time.",
                true);
    }

    static InstalledDevice device(String hardware, String version, long running, long floor) {
        return new InstalledDevice(
                DEVICE,
                Set.of("first"),
                "fish-tank",
                hardware,
                new ReleaseVersion(version),
                running,
                floor);
    }

    static InstalledDevice device() {
        return device("tank-a", "1.0.0", 10, 5);
    }

    /** Names a director, and one release with counter 11. */
    static void publish(SimulatedRepository repository) {
        repository.delegate(
                "targets", DirectorStatement.ROLE, false, new PathScope.Patterns(List.of()));
        repository.addTarget("targets", PATH, IMAGE, release(11).toCustom());
        repository.publishAll();
    }

    static DirectorStatement statement(TestClock clock, String path, byte[] image) {
        return new DirectorStatement(
                path,
                image.length,
                FileHashes.sha256(image),
                List.of(DEVICE),
                Optional.empty(),
                seconds(clock.instant().plus(Duration.ofDays(2))));
    }

    static byte[] signed(DirectorStatement statement, Instant expires, PrivateKeySigner director) {
        try {
            return MetadataWriter.sign(statement.toTargets(1, seconds(expires)), List.of(director));
        } catch (GeneralSecurityException keysInMemorySign) {
            throw new IllegalStateException(keysInMemorySign);
        }
    }

    static byte[] signed(TestClock clock, SimulatedRepository repository) {
        return signed(
                statement(clock, PATH, IMAGE),
                clock.instant().plus(Duration.ofDays(1)),
                repository.signers(DirectorStatement.ROLE).getFirst());
    }

    static Instant seconds(Instant time) {
        return Instant.ofEpochSecond(time.getEpochSecond());
    }
}
