/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.artifact.ArtifactStore.Begun;
import dev.breakwater.server.artifact.ArtifactUpload.Appended;
import dev.breakwater.server.artifact.ArtifactUpload.Finished;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store of artifacts does. */
abstract class ArtifactStoreContract {

    private static final int MEBIBYTE = 1 << 20;

    static final Map<Limit, Integer> SMALL =
            Map.of(
                    Limit.ARTIFACT_MEBIBYTES, 8,
                    Limit.ARTIFACTS_MEBIBYTES_PER_ORGANIZATION, 16,
                    Limit.ARTIFACT_UPLOADS_PER_ORGANIZATION, 3,
                    Limit.ARTIFACT_DISK_KEPT_MEBIBYTES, 0);

    final OrganizationId organization = OrganizationId.fresh();
    final TestClock clock = TestClock.atPresent();
    @TempDir Path directory;
    ArtifactStore store;

    /** The store of this test, over whatever an earlier one of the same test has left. */
    abstract ArtifactStore open(Limits limits);

    @BeforeEach
    void open() {
        store = open(Limits.with(SMALL));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void keepsWhatArrivesInPartsAndReadsItFromAnyOffset() {
        byte[] bytes = bytes(6 * MEBIBYTE + 17);
        ArtifactHash hash = hash(bytes);
        ArtifactUpload upload = begun(organization, bytes);

        send(upload, bytes, MEBIBYTE);
        assertThat(store.find(organization, hash)).isEmpty();
        assertThat(upload.finish())
                .isEqualTo(new Finished.Stored(new StoredArtifact(hash, bytes.length)));

        assertThat(store.find(organization, hash)).contains(new StoredArtifact(hash, bytes.length));
        assertThat(read(hash, 0, bytes.length)).isEqualTo(bytes);
        assertThat(read(hash, 5 * MEBIBYTE + 3, 70_000))
                .isEqualTo(Arrays.copyOfRange(bytes, 5 * MEBIBYTE + 3, 5 * MEBIBYTE + 3 + 70_000));
        assertThat(read(hash, bytes.length - 5, 100))
                .isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 5, bytes.length));
        assertThat(read(hash, bytes.length, 100)).isEmpty();
    }

    @Test
    void goesOnWithAnUploadAfterARestart() {
        byte[] bytes = bytes(3 * MEBIBYTE);
        begun(organization, bytes).append(0, Arrays.copyOf(bytes, MEBIBYTE));
        store.close();
        store = open(Limits.with(SMALL));

        ArtifactUpload again = begun(organization, bytes);

        assertThat(again.received()).isEqualTo(MEBIBYTE);
        assertThat(again.append(0, new byte[] {1})).isEqualTo(new Appended.OutOfOrder(MEBIBYTE));
        assertThat(again.append(2 * MEBIBYTE, new byte[] {1}))
                .isEqualTo(new Appended.OutOfOrder(MEBIBYTE));
        assertThat(again.finish()).isEqualTo(new Finished.Incomplete(MEBIBYTE));
        assertThat(again.append(MEBIBYTE, Arrays.copyOfRange(bytes, MEBIBYTE, bytes.length)))
                .isEqualTo(new Appended.Taken(bytes.length));
        assertThat(again.append(bytes.length, new byte[] {1}))
                .isEqualTo(new Appended.TooLong(bytes.length));
        assertThat(again.finish()).isInstanceOf(Finished.Stored.class);
        assertThat(read(hash(bytes), 0, bytes.length)).isEqualTo(bytes);
    }

    @Test
    void dropsBytesOfAnotherHash() {
        byte[] bytes = bytes(1_000);
        ArtifactUpload upload = begun(organization, bytes);
        byte[] others = bytes.clone();
        others[999] ^= 1;
        upload.append(0, others);

        assertThat(upload.finish()).isEqualTo(new Finished.WrongHash(hash(others)));

        assertThat(store.find(organization, hash(bytes))).isEmpty();
        assertThat(store.find(organization, hash(others))).isEmpty();
        assertThat(upload.finish()).isEqualTo(new Finished.Gone());
        assertThat(upload.append(0, bytes)).isEqualTo(new Appended.Gone());
        assertThat(begun(organization, bytes).received()).isZero();
    }

    @Test
    void showsNothingToAnotherOrganization() throws IOException {
        byte[] bytes = bytes(1_000);
        OrganizationId other = OrganizationId.fresh();
        stored(organization, bytes);
        ArtifactHash hash = hash(bytes);

        assertThat(store.find(other, hash)).isEmpty();
        assertThat(store.all(other)).isEmpty();
        assertThat(store.open(other, hash, 0, 10)).isEmpty();
        assertThat(store.begin(other, hash, bytes.length)).isInstanceOf(Begun.Open.class);
        store.remove(other, hash);
        assertThat(store.find(organization, hash)).isPresent();
    }

    @Test
    void finishesOnceAndSaysSoAgain() {
        byte[] bytes = bytes(1_000);
        ArtifactUpload upload = begun(organization, bytes);
        upload.append(0, bytes);
        Finished first = upload.finish();

        assertThat(upload.finish()).isEqualTo(first);
        assertThat(store.begin(organization, hash(bytes), bytes.length))
                .isEqualTo(new Begun.AlreadyStored(new StoredArtifact(hash(bytes), 1_000)));
        assertThat(upload.append(0, bytes)).isEqualTo(new Appended.Gone());
    }

    @Test
    void removesForGood() {
        byte[] bytes = bytes(1_000);
        stored(organization, bytes);
        byte[] half = bytes(2_000);
        ArtifactUpload begun = begun(organization, half);
        begun.append(0, Arrays.copyOf(half, 1_000));

        store.remove(organization, hash(bytes));
        store.remove(organization, hash(bytes));
        store.remove(organization, hash(half));

        assertThat(store.find(organization, hash(bytes))).isEmpty();
        assertThat(store.open(organization, hash(bytes), 0, 1)).isEmpty();
        assertThat(store.all(organization)).isEmpty();
        assertThat(begun.append(1_000, new byte[1])).isEqualTo(new Appended.Gone());
    }

    @Test
    void listsWhatAnOrganizationHas() {
        List<byte[]> all = List.of(bytes(10), bytes(20), bytes(30));
        all.forEach(bytes -> stored(organization, bytes));
        begun(organization, bytes(40));

        assertThat(store.all(organization))
                .hasSize(3)
                .containsExactlyInAnyOrderElementsOf(
                        all.stream()
                                .map(bytes -> new StoredArtifact(hash(bytes), bytes.length))
                                .toList());
    }

    @Test
    void refusesAnArtifactThatIsEmptyOrTooLong() {
        Begun refused = new Begun.LengthRefused(8 * MEBIBYTE);
        ArtifactHash hash = hash(new byte[0]);

        assertThat(store.begin(organization, hash, 0)).isEqualTo(refused);
        assertThat(store.begin(organization, hash, -1)).isEqualTo(refused);
        assertThat(store.begin(organization, hash, 8 * MEBIBYTE + 1)).isEqualTo(refused);
        assertThat(store.begin(organization, hash, Long.MAX_VALUE)).isEqualTo(refused);
        assertThat(store.begin(organization, hash, 8 * MEBIBYTE)).isInstanceOf(Begun.Open.class);
    }

    @Test
    void countsStoredAndBegunBytesOfTheOrganizationTogether() {
        stored(organization, bytes(7 * MEBIBYTE));
        store.begin(organization, hash(new byte[] {1}), 8 * MEBIBYTE);

        assertThat(store.begin(organization, hash(new byte[] {2}), 2 * MEBIBYTE))
                .isEqualTo(new Begun.OrganizationFull(15 * MEBIBYTE, 16 * MEBIBYTE));
        assertThat(store.begin(OrganizationId.fresh(), hash(new byte[] {2}), 2 * MEBIBYTE))
                .isInstanceOf(Begun.Open.class);
        assertThat(store.begin(organization, hash(new byte[] {3}), MEBIBYTE))
                .isInstanceOf(Begun.Open.class);
    }

    @Test
    void dropsUploadsThatNobodyGoesOnWith() {
        byte[] left = bytes(5);
        ArtifactUpload upload = begun(organization, left);
        begun(organization, bytes(6));
        begun(organization, bytes(7));
        assertThat(store.begin(organization, hash(bytes(8)), 8))
                .isEqualTo(new Begun.TooManyUploads(3));
        clock.advance(Duration.ofDays(6));
        upload.append(0, left);

        clock.advance(Duration.ofDays(2));

        assertThat(store.begin(organization, hash(bytes(8)), 8)).isInstanceOf(Begun.Open.class);
        assertThat(store.begin(organization, hash(bytes(9)), 9)).isInstanceOf(Begun.Open.class);
        assertThat(upload.finish()).isInstanceOf(Finished.Stored.class);
    }

    @Test
    void beginsAnewWhenTheSameHashIsSaidToHaveAnotherLength() {
        byte[] bytes = bytes(1_000);
        ArtifactUpload wrong =
                ((Begun.Open) store.begin(organization, hash(bytes), 2_000)).upload();
        wrong.append(0, bytes);

        ArtifactUpload right = begun(organization, bytes);

        assertThat(right.received()).isZero();
        assertThat(wrong.append(1_000, bytes)).isEqualTo(new Appended.Gone());
        right.append(0, bytes);
        assertThat(right.finish()).isInstanceOf(Finished.Stored.class);
    }

    @Test
    void leavesRoomOnTheDiskForTheDatabase() {
        store.close();
        store = open(Limits.with(Map.of(Limit.ARTIFACT_DISK_KEPT_MEBIBYTES, 1_048_576)));

        assertThat(store.begin(organization, hash(bytes(10)), 10))
                .isInstanceOf(Begun.DiskFull.class);
    }

    ArtifactUpload begun(OrganizationId whose, byte[] bytes) {
        return ((Begun.Open) store.begin(whose, hash(bytes), bytes.length)).upload();
    }

    void stored(OrganizationId whose, byte[] bytes) {
        ArtifactUpload upload = begun(whose, bytes);
        send(upload, bytes, 5 * MEBIBYTE);
        assertThat(upload.finish()).isInstanceOf(Finished.Stored.class);
    }

    static void send(ArtifactUpload upload, byte[] bytes, int partBytes) {
        for (int at = 0; at < bytes.length; at += partBytes) {
            int end = Math.min(bytes.length, at + partBytes);
            assertThat(upload.append(at, Arrays.copyOfRange(bytes, at, end)))
                    .isEqualTo(new Appended.Taken(end));
        }
    }

    byte[] read(ArtifactHash hash, long offset, long length) {
        try (ReadableByteChannel from =
                store.open(organization, hash, offset, length).orElseThrow()) {
            return Channels.newInputStream(from).readAllBytes();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The same for the same length. */
    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    static ArtifactHash hash(byte[] bytes) {
        MessageDigest digest = ArtifactFiles.sha256();
        return new ArtifactHash(HexFormat.of().formatHex(digest.digest(bytes)));
    }
}
