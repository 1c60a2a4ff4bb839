/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.server.artifact.ArtifactUpload.Finished;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same as in a directory, at a real server of S3. */
@Tag("system")
final class S3ArtifactsTest extends ArtifactStoreContract {

    @TempDir static Path s3Directory;
    private static S3Proxy proxy;

    @BeforeAll
    static void start() throws Exception {
        proxy = S3Proxy.start(s3Directory);
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @Override
    ArtifactStore open(Limits limits) {
        return new S3Artifacts(directory, proxy.place(), limits, clock);
    }

    @Test
    void sendsALargeArtifactInParts() throws Exception {
        store.close();
        store =
                open(
                        Limits.with(
                                Map.of(
                                        Limit.ARTIFACT_MEBIBYTES, 64,
                                        Limit.ARTIFACT_DISK_KEPT_MEBIBYTES, 0)));
        byte[] bytes = bytes(40 << 20);

        stored(organization, bytes);

        assertThat(read(hash(bytes), 33 << 20, 1 << 20))
                .isEqualTo(java.util.Arrays.copyOfRange(bytes, 33 << 20, 34 << 20));
        // Nothing stays here of what is there.
        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void letsGoOfALargeArtifactThatIsReadInPartOnly() throws Exception {
        byte[] bytes = bytes(7 << 20);
        stored(organization, bytes);
        try (ReadableByteChannel open =
                store.open(organization, hash(bytes), 0, bytes.length).orElseThrow()) {
            assertThat(open.read(ByteBuffer.allocate(100))).isPositive();
        }
        assertThat(store.find(organization, hash(bytes))).isPresent();
    }

    @Test
    void goesOnWhenTheStoreWasAwayWhenAnUploadWasFinished() {
        byte[] bytes = bytes(1_000);
        begun(organization, bytes).append(0, bytes);
        try (ArtifactStore away =
                new S3Artifacts(
                        directory,
                        new S3Place(
                                URI.create("http://127.0.0.1:1"),
                                "artifacts",
                                "us-east-1",
                                "x",
                                SecretText.of(new char[] {'x'})),
                        Limits.with(SMALL),
                        clock)) {
            assertThatThrownBy(() -> away.find(organization, hash(bytes)))
                    .isInstanceOf(StorageUnavailable.class);
            assertThatThrownBy(() -> away.begin(organization, hash(bytes), 1_000))
                    .isInstanceOf(StorageUnavailable.class);
        }

        assertThat(begun(organization, bytes).finish()).isInstanceOf(Finished.Stored.class);
    }

    @Test
    void saysThatTheStoreRefusesTheKeyAndNotTheKey() {
        try (ArtifactStore refused =
                new S3Artifacts(directory, proxy.place("another-key"), Limits.with(SMALL), clock)) {
            assertThatThrownBy(() -> refused.all(organization))
                    .isInstanceOf(StorageUnavailable.class)
                    .hasMessageContaining("403")
                    .hasMessageNotContaining("another-key");
        }
    }

    @Test
    void takesNoStoreWithoutTls() {
        assertThatThrownBy(
                        () ->
                                new S3Place(
                                        URI.create("http://s3.example.com"),
                                        "artifacts",
                                        "us-east-1",
                                        "x",
                                        SecretText.of(new char[] {'x'})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https");
        assertThat(proxy.place("a-secret").toString()).doesNotContain("a-secret");
    }
}
