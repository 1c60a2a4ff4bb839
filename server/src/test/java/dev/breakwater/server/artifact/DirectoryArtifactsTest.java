/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.artifact.ArtifactUpload.Finished;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limits;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DirectoryArtifactsTest extends ArtifactStoreContract {

    @Override
    ArtifactStore open(Limits limits) {
        return new DirectoryArtifacts(directory, limits, clock);
    }

    @Test
    void letsNobodyElseReadTheFiles() throws IOException {
        stored(organization, bytes(1_000));
        begun(organization, bytes(2_000)).append(0, new byte[10]);

        assertThat(files()).hasSize(3);
        for (Path file : files()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as(file.toString())
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void countsNothingThatACrashHasLeftBehindTheLastPart() throws IOException {
        byte[] bytes = bytes(1_000);
        begun(organization, bytes).append(0, Arrays.copyOf(bytes, 400));
        Files.write(part(), new byte[5_000], StandardOpenOption.APPEND);

        ArtifactUpload again = begun(organization, bytes);

        assertThat(again.received()).isEqualTo(400);
        again.append(400, Arrays.copyOfRange(bytes, 400, 1_000));
        assertThat(again.finish()).isInstanceOf(Finished.Stored.class);
        assertThat(read(hash(bytes), 0, 2_000)).isEqualTo(bytes);
    }

    @Test
    void beginsAnewWhenTheBytesOfAnUploadAreLost() throws IOException {
        byte[] bytes = bytes(1_000);
        begun(organization, bytes).append(0, Arrays.copyOf(bytes, 400));
        Files.write(part(), new byte[399], StandardOpenOption.TRUNCATE_EXISTING);

        assertThat(begun(organization, bytes).received()).isZero();
    }

    @Test
    void goesOnWhenACrashHasLeftTheArtifactAndItsProgress() throws IOException {
        byte[] bytes = bytes(1_000);
        ArtifactUpload upload = begun(organization, bytes);
        upload.append(0, bytes);
        Path progress = part().resolveSibling(hash(bytes) + ".progress");
        byte[] said = Files.readAllBytes(progress);
        upload.finish();
        Files.write(progress, said);

        assertThat(upload.finish()).isInstanceOf(Finished.Stored.class);
        assertThat(files()).hasSize(1);
    }

    @Test
    void readsOnWhatIsRemovedMeanwhile() throws IOException {
        byte[] bytes = bytes(1_000);
        stored(organization, bytes);
        try (ReadableByteChannel open =
                store.open(organization, hash(bytes), 0, 1_000).orElseThrow()) {
            store.remove(organization, hash(bytes));

            assertThat(Channels.newInputStream(open).readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void takesNoLinkForAnArtifact() throws IOException {
        byte[] bytes = bytes(1_000);
        stored(organization, bytes);
        Path file = files().getFirst();
        Path elsewhere = Files.move(file, directory.resolve("elsewhere"));
        Files.createSymbolicLink(file, elsewhere);

        assertThat(store.find(organization, hash(bytes))).isEmpty();
        assertThatThrownBy(() -> store.open(organization, hash(bytes), 0, 1))
                .isInstanceOf(StorageUnavailable.class);
    }

    private Path part() throws IOException {
        return files().stream()
                .filter(file -> file.toString().endsWith(".part"))
                .findAny()
                .orElseThrow();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
