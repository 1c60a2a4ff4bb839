/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.MalformedMetadata;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.MetadataWriter;
import dev.breakwater.protocol.update.metadata.MutatedJson;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.protocol.update.metadata.Targets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Statements of the director and descriptions of releases, changed in their structure and then
 * signed: both are read as something that can be said, or refused, and never as anything else.
 */
class DirectorStatementFuzzTest {

    private static final Instant DEADLINE = Instant.parse("2026-12-01T10:00:00Z");
    private static final int MUTATIONS = 400;
    private static final int CHOICES = 24;
    private static final byte[] IMAGE = {1, 1, 0};

    private static final List<byte[]> FILES =
            List.of(
                    file(statement(List.of(DeviceId.fresh()), Optional.empty())),
                    file(statement(List.of(), Optional.of("first"))),
                    file(
                            new Targets(
                                    2,
                                    DEADLINE,
                                    Map.of(
                                            "tank/1.1.0.img",
                                            new TargetFile(
                                                    IMAGE.length,
                                                    FileHashes.sha256(IMAGE),
                                                    release().toCustom())),
                                    List.of())));

    private static Targets statement(List<DeviceId> devices, Optional<String> wave) {
        return new DirectorStatement(
                        "tank/1.1.0.img",
                        IMAGE.length,
                        FileHashes.sha256(IMAGE),
                        devices,
                        wave,
                        DEADLINE)
                .toTargets(1, DEADLINE);
    }

    private static ReleaseDescription release() {
        return new ReleaseDescription(
                "fish-tank",
                new ReleaseVersion("1.1.0"),
                11,
                List.of("tank-a", "tank-b"),
                Optional.of(new ReleaseVersion("1.0")),
                5,
                Optional.of("ab".repeat(32)),
                "Feeds at the right time.",
                true);
    }

    private static byte[] file(Targets targets) {
        try {
            return MetadataWriter.sign(targets, List.of());
        } catch (GeneralSecurityException nobodySigns) {
            throw new IllegalStateException(nobodySigns);
        }
    }

    @FuzzTest(maxDuration = "24h")
    void readsWhatCanBeSaidOrRefusesIt(byte[] choices) throws Exception {
        for (byte[] file : FILES) {
            var _ = read(MutatedJson.of(file, choices));
        }
    }

    /** How many of both it was read as. */
    private static int read(byte[] file) throws Exception {
        Targets targets;
        try {
            targets = MetadataReader.targets(file).unverified();
        } catch (MalformedMetadata refused) {
            return 0;
        }
        int read = 0;
        try {
            DirectorStatement statement = DirectorStatement.of(targets);
            Targets again =
                    MetadataReader.targets(
                                    file(statement.toTargets(targets.version(), targets.expires())))
                            .unverified();
            require(DirectorStatement.of(again).equals(statement));
            require(statement.devices().isEmpty() != statement.wave().isEmpty());
            read++;
        } catch (MalformedMetadata refused) {
            require(refused.getMessage() != null);
        }
        for (TargetFile target : targets.targets().values()) {
            try {
                ReleaseDescription release = ReleaseDescription.of(target);
                TargetFile again =
                        new TargetFile(target.length(), target.hashes(), release.toCustom());
                require(ReleaseDescription.of(again).equals(release));
                require(release.rollbackFloor() <= release.releaseCounter());
                read++;
            } catch (MalformedMetadata refused) {
                require(refused.getMessage() != null);
            }
        }
        return read;
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new AssertionError("it is not read as what it was written as");
        }
    }

    @Test
    void readsWhatCanBeSaidOrRefusesItAtRandom() throws Exception {
        long seed = 20_261_127;
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] choices = new byte[1 + random.nextInt(CHOICES)];
            random.nextBytes(choices);
            for (byte[] file : FILES) {
                read += read(MutatedJson.of(file, choices));
            }
        }
        assertThat(read)
                .as("seed %d", seed)
                .isBetween(MUTATIONS / 100, MUTATIONS * FILES.size() / 2);
        for (byte[] file : FILES) {
            assertThat(read(MutatedJson.of(file, new byte[0]))).isEqualTo(1);
        }
    }
}
