/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.artifact.ArtifactScrub.Outcome;
import dev.breakwater.server.artifact.ArtifactStore.Begun;
import dev.breakwater.server.artifact.ArtifactUpload.Finished;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.audit.RecordingAuditLog;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.testkit.TestClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ArtifactScrubTest {

    private static final int LENGTH = 300_000;

    private final OrganizationId organization = OrganizationId.fresh();
    private final RecordingAuditLog audit = new RecordingAuditLog();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    @TempDir private Path directory;
    private DirectoryArtifacts artifacts;
    private ArtifactScrub scrub;

    @BeforeEach
    void open() {
        artifacts =
                new DirectoryArtifacts(
                        directory,
                        Limits.with(Map.of(Limit.ARTIFACT_DISK_KEPT_MEBIBYTES, 0)),
                        TestClock.atPresent());
        scrub = scrub(1, 1_073_741_824);
    }

    @AfterEach
    void close() {
        scrub.close();
    }

    private ArtifactScrub scrub(int periodSeconds, int bytesPerSecond) {
        return new ArtifactScrub(
                artifacts,
                audit,
                meters,
                Limits.with(
                        Map.of(
                                Limit.ARTIFACT_SCRUB_SECONDS, periodSeconds,
                                Limit.ARTIFACT_SCRUB_BYTES_PER_SECOND, bytesPerSecond)));
    }

    @Test
    void setsAsideWhatWasAlteredAndTakesItAnewFromAnUpload() throws Exception {
        byte[] bytes = ArtifactStoreContract.bytes(LENGTH);
        NamedArtifact altered = stored(organization, bytes);
        NamedArtifact sameElsewhere = stored(OrganizationId.fresh(), bytes);
        NamedArtifact other = stored(organization, ArtifactStoreContract.bytes(LENGTH + 1));
        ArtifactHash actual = alter(altered, bytes);

        assertThat(scrub.compare(altered)).isEqualTo(new Outcome.SetAside(actual));
        assertThat(scrub.compare(sameElsewhere)).isEqualTo(new Outcome.Sound());
        assertThat(scrub.compare(other)).isEqualTo(new Outcome.Sound());

        assertThat(artifacts.find(organization, altered.hash())).isEmpty();
        assertThat(artifacts.open(organization, altered.hash(), 0, 1)).isEmpty();
        assertThat(artifacts.all(organization))
                .containsExactly(new StoredArtifact(other.hash(), other.length()));
        assertThat(artifacts.everything()).containsExactlyInAnyOrder(sameElsewhere, other);
        assertThat(aside(altered)).exists();

        AuditEvent event = audit.next();
        assertThat(audit.hasNoMore()).isTrue();
        assertThat(event.organization()).contains(organization);
        assertThat(event.actor()).hasToString("server");
        assertThat(event.action()).isEqualTo("artifact.altered");
        assertThat(event.subject()).isEqualTo("artifact-sha256:" + altered.hash());
        assertThat(event.details()).containsEntry("actual-sha256", actual.hex());
        assertThat(counted("altered")).isEqualTo(1);
        assertThat(counted("sound")).isEqualTo(2);
        assertThat(meters.get("breakwater.artifact.scrub.bytes").counter().count())
                .isEqualTo(3 * LENGTH + 1);

        assertThat(stored(organization, bytes)).isEqualTo(altered);
        assertThat(read(altered)).isEqualTo(bytes);
        assertThat(scrub.compare(altered)).isEqualTo(new Outcome.Sound());
        artifacts.remove(organization, altered.hash());
        assertThat(aside(altered)).doesNotExist();
    }

    @Test
    void setsAsideWhatIsShorterOrLonger() throws Exception {
        byte[] bytes = ArtifactStoreContract.bytes(LENGTH);
        for (int length : new int[] {0, LENGTH - 1, LENGTH + 1}) {
            NamedArtifact altered = stored(organization, bytes);
            Files.write(file(altered), Arrays.copyOf(bytes, length));

            assertThat(scrub.compare(altered)).isInstanceOf(Outcome.SetAside.class);
            assertThat(artifacts.find(organization, altered.hash())).isEmpty();
        }
        assertThat(aside(new NamedArtifact(organization, ArtifactStoreContract.hash(bytes), 0)))
                .hasSize(LENGTH + 1);
    }

    @Test
    void passesOverWhatVanished() throws Exception {
        NamedArtifact gone = stored(organization, ArtifactStoreContract.bytes(LENGTH));
        artifacts.remove(organization, gone.hash());

        assertThat(scrub.compare(gone)).isEqualTo(new Outcome.Changed());

        assertThat(counted("changed")).isEqualTo(1);
        assertThat(audit.hasNoMore()).isTrue();
    }

    /** Put back from a backup under the same name, in the same file or in another. */
    @Test
    void leavesWhatWasMendedWhileItWasRead() throws Exception {
        byte[] bytes = ArtifactStoreContract.bytes(LENGTH);
        NamedArtifact altered = stored(organization, bytes);
        alter(altered, bytes);
        Map<String, Object> read = artifacts.seen(altered);
        Path good = Files.write(directory.resolve("good"), bytes);
        Files.setLastModifiedTime(good, Files.getLastModifiedTime(file(altered)));
        Files.delete(file(altered));
        Files.move(good, file(altered));

        assertThat(artifacts.setAside(altered, read)).isFalse();
        assertThat(read(altered)).isEqualTo(bytes);

        assertThat(artifacts.setAside(altered, artifacts.seen(altered))).isTrue();
    }

    /** A disk that is away for an hour must not cost all artifacts. */
    @Test
    void leavesWhatCannotBeRead() throws Exception {
        NamedArtifact artifact = stored(organization, ArtifactStoreContract.bytes(LENGTH));
        Files.delete(file(artifact));
        Files.createDirectory(file(artifact));

        assertThat(scrub.compare(artifact)).isEqualTo(new Outcome.Unreadable());

        assertThat(file(artifact)).isDirectory();
        assertThat(counted("unreadable")).isEqualTo(1);
        assertThat(audit.hasNoMore()).isTrue();
    }

    @Test
    void comesToEachByItself() throws Exception {
        byte[] bytes = ArtifactStoreContract.bytes(LENGTH);
        NamedArtifact altered = stored(organization, bytes);
        NamedArtifact sound = stored(organization, ArtifactStoreContract.bytes(10));
        ArtifactHash actual = alter(altered, bytes);

        scrub.start();

        assertThat(audit.next().details()).containsEntry("actual-sha256", actual.hex());
        assertThat(artifacts.everything()).containsExactly(sound);
        // The rounds go on: what is altered later is found as well.
        stored(organization, bytes);
        alter(altered, bytes);
        assertThat(audit.next().subject()).isEqualTo("artifact-sha256:" + altered.hash());
    }

    /** At this rate it takes a minute; it ends at once, and decides nothing. */
    @Test
    void endsInTheMiddleOfAFile() throws Exception {
        byte[] bytes = ArtifactStoreContract.bytes(4 << 20);
        NamedArtifact altered = stored(organization, bytes);
        alter(altered, bytes);
        ArtifactScrub slow = scrub(1, 65_536);
        CompletableFuture<Outcome> comparing =
                CompletableFuture.supplyAsync(() -> slow.compare(altered));
        while (meters.get("breakwater.artifact.scrub.bytes").counter().count() == 0) {
            Thread.onSpinWait();
        }

        slow.close();

        assertThat(comparing.get(5, TimeUnit.SECONDS)).isEqualTo(new Outcome.Stopped());
        assertThat(file(altered)).exists();
        assertThat(audit.hasNoMore()).isTrue();
        assertThat(meters.get("breakwater.artifact.scrub.bytes").counter().count())
                .isLessThan(1 << 20);
    }

    @Test
    void endsBeforeItsFirstRound() {
        ArtifactScrub waiting = scrub(604_800, 65_536);
        waiting.start();

        waiting.close();

        assertThat(meters.get("breakwater.artifact.scrub.bytes").counter().count()).isZero();
    }

    private NamedArtifact stored(OrganizationId owner, byte[] bytes) {
        ArtifactHash hash = ArtifactStoreContract.hash(bytes);
        Begun begun = artifacts.begin(owner, hash, bytes.length);
        assertThat(begun).isInstanceOf(Begun.Open.class);
        ArtifactUpload upload = ((Begun.Open) begun).upload();
        upload.append(0, bytes);
        assertThat(upload.finish()).isInstanceOf(Finished.Stored.class);
        return new NamedArtifact(owner, hash, bytes.length);
    }

    /** One bit in its middle, as a disk does it: same length, same name. */
    private ArtifactHash alter(NamedArtifact artifact, byte[] bytes) throws IOException {
        byte[] others = bytes.clone();
        others[others.length / 2] ^= 1;
        Files.write(file(artifact), others);
        return ArtifactStoreContract.hash(others);
    }

    private byte[] read(NamedArtifact artifact) throws IOException {
        try (ReadableByteChannel from =
                artifacts
                        .open(artifact.organization(), artifact.hash(), 0, artifact.length())
                        .orElseThrow()) {
            return Channels.newInputStream(from).readAllBytes();
        }
    }

    private Path file(NamedArtifact artifact) {
        return directory.resolve(DirectoryArtifacts.name(artifact.organization(), artifact.hash()));
    }

    private Path aside(NamedArtifact artifact) {
        return file(artifact).resolveSibling(artifact.hash() + ".altered");
    }

    private double counted(String outcome) {
        return meters.get("breakwater.artifact.scrub.artifacts")
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
