/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKey;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.device.tpm.ScriptedTpm;
import dev.breakwater.device.tpm.Tpm;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.token.BareTpm;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The floor beside a real TPM, in software, with thieves at the medium and at the TPM. */
@Timeout(240)
class TpmFloorTest {

    private static final long SEED = 20_261_127;
    private static final String RECORD = "update-floor-tpm";

    @TempDir static Path factory;

    private static Optional<BareTpm> made = Optional.empty();

    @TempDir Path directory;
    private TpmFloorBench bench;

    @BeforeAll
    static void makeTpm() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        made = Optional.of(BareTpm.make(Files.createDirectory(factory.resolve("one"))));
    }

    @AfterAll
    static void endTpm() {
        made.ifPresent(BareTpm::close);
    }

    @BeforeEach
    void begin() throws Exception {
        bench = new TpmFloorBench(made.orElseThrow(), directory);
    }

    private static AbstractThrowableAssert<?, ?> assertUnknown(RollbackFloor floor) {
        assertThatThrownBy(() -> floor.raise(99)).isInstanceOf(FloorUnavailable.class);
        return assertThatThrownBy(floor::floor)
                .isInstanceOf(FloorUnavailable.class)
                .hasMessageStartingWith("the rollback floor is not known: ");
    }

    @Test
    void onlyRisesAndOutlivesRestartsOfDeviceAndTpm() throws Exception {
        TpmFloor floor = bench.floor();
        assertThat(floor.floor()).isZero();
        floor.raise(3);
        assertThat(floor.floor()).isEqualTo(3);
        floor.raise(2);
        floor.raise(0);
        assertThat(floor.floor()).isEqualTo(3);
        bench.real.pullOut();
        bench.real.putBack();
        assertThat(bench.floor().floor()).isEqualTo(3);
        assertThat(bench.tpm.isDefined(TpmFloor.MARK_INDEX)).isFalse();
    }

    @Test
    void aJumpOfAMillionTakesTwoIncrements() throws Exception {
        bench.floor().raise(3);
        long before = bench.counter();
        bench.floor().raise(1_000_000);
        assertThat(bench.floor().floor()).isEqualTo(1_000_000);
        assertThat(bench.counter() - before).isEqualTo(2);
        bench.floor().raise(Long.MAX_VALUE);
        assertThat(bench.floor().floor()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void noticesEveryOlderCopyOfTheStorage() throws Exception {
        bench.floor().raise(3);
        bench.floor().raise(5);
        bench.floor().raise(7);
        Map<String, byte[]> latest = bench.disk.copy();
        for (Map<String, byte[]> copy : List.copyOf(bench.disk.copies)) {
            bench.disk.putBack(copy);
            bench.requireNotBelow(7, "an older copy");
        }
        assertUnknown(older(bench.disk.copies.getFirst()))
                .hasMessageContaining("an older copy of the storage was put back");
        bench.disk.putBack(latest);
        assertThat(bench.floor().floor()).isEqualTo(7);
    }

    private TpmFloor older(Map<String, byte[]> copy) {
        bench.disk.putBack(copy);
        return bench.floor();
    }

    @Test
    void aDeletedStorageIsNoNewDevice() throws Exception {
        bench.floor().raise(3);
        bench.disk.putBack(Map.of());
        assertUnknown(bench.floor()).hasMessageContaining("its record is gone from the storage");
    }

    @Test
    void aCounterThatWasUndefinedIsMissed() throws Exception {
        bench.floor().raise(3);
        bench.tpm.undefine(TpmFloor.COUNTER_INDEX);
        assertUnknown(bench.floor()).hasMessageContaining("the counter is gone from the TPM at");
    }

    @Test
    void aCounterThatWasDefinedAnewNeverComesToAnOldValue() throws Exception {
        bench.floor().raise(3);
        Map<String, byte[]> copy = bench.disk.copy();
        bench.floor().raise(5);
        long before = bench.counter();
        bench.tpm.undefine(TpmFloor.COUNTER_INDEX);
        bench.tpm.defineCounter(TpmFloor.COUNTER_INDEX);
        assertUnknown(older(copy)).hasMessageContaining("was made anew by somebody else");
        bench.tpm.increment(TpmFloor.COUNTER_INDEX);
        assertThat(bench.counter()).isGreaterThan(before);
        assertUnknown(older(copy)).hasMessageContaining("an older copy of the storage");
    }

    @Test
    void anIndexIntoWhichTheNumberWasWrittenIsNoCounter() throws Exception {
        bench.floor().raise(3);
        bench.tpm.undefine(TpmFloor.COUNTER_INDEX);
        bench.tpm.mark(TpmFloor.COUNTER_INDEX);
        assertUnknown(bench.floor())
                .hasMessageContaining("is not the counter that this device made");
    }

    @Test
    void whoHasTheWrappingKeyButNotTheTpmMakesNoRecord() throws Exception {
        bench.floor().raise(3);
        byte[] record = bench.storage().read(RECORD).orElseThrow();
        byte[] lower = record.clone();
        ByteBuffer.wrap(lower).putLong(0, 0);
        bench.storage().write(RECORD, lower);
        assertUnknown(bench.floor()).hasMessageContaining("differ");
        // Everything of what the TPM sealed, changed: it does not load, or is not of this kind.
        Random random = new Random(SEED);
        for (int place = 16; place < record.length; place += 1 + random.nextInt(16)) {
            byte[] changed = record.clone();
            changed[place] ^= (byte) (1 << random.nextInt(8));
            bench.storage().write(RECORD, changed);
            assertUnknown(bench.floor());
        }
        bench.storage().write(RECORD, new byte[3]);
        assertUnknown(bench.floor());
        bench.storage().write(RECORD, record);
        assertThat(bench.floor().floor()).isEqualTo(3);
    }

    @Test
    void whoHasTheTpmButNotTheWrappingKeyMakesNoRecord() throws Exception {
        bench.floor().raise(3);
        byte[] plain = ByteBuffer.allocate(16).putLong(0).putLong(bench.counter()).array();
        byte[] sealed = bench.tpm.seal(plain);
        byte[] record = ByteBuffer.allocate(16 + sealed.length).put(plain).put(sealed).array();
        WrappingKey another = WrappingKeyFile.openOrCreate(directory.resolve("another.key"));
        new SealedStorage(bench.disk, another, StorageManifest.ofSurvivors(), TestClock.atPresent())
                .write(RECORD, record);
        assertUnknown(bench.floor()).hasMessageContaining("sealed under another wrapping key");
    }

    /** The limit that is told in the documents: this is what a password of the owner would stop. */
    @Test
    void whoHasBothMakesTheDeviceNew() throws Exception {
        bench.floor().raise(3);
        bench.disk.putBack(Map.of());
        bench.tpm.undefine(TpmFloor.COUNTER_INDEX);
        assertThat(bench.floor().floor()).isZero();
    }

    @Test
    void takesOverTheFloorOfSealedStorageAndKeepsThatAlong() throws Exception {
        SealedFloor before = new SealedFloor(bench.storage());
        before.raise(6);
        assertThat(bench.floor().floor()).isEqualTo(6);
        Map<String, byte[]> moved = bench.disk.copy();
        bench.storage().delete("update-floor");
        assertThat(bench.floor().floor()).isEqualTo(6);
        bench.disk.putBack(moved);
        bench.floor().raise(8);
        assertThat(before.floor()).isEqualTo(8);
        // A version of the product that knows no TPM raises only what it knows.
        before.raise(9);
        assertThat(bench.floor().floor()).isEqualTo(9);
    }

    @Test
    void standsBesideTheKeys() {
        assertThat(RollbackFloor.beside(new KeyPlace.Tpm(bench.real.socket()), bench.storage()))
                .isInstanceOf(TpmFloor.class);
        assertThat(RollbackFloor.beside(new KeyPlace.SealedFile(), bench.storage()))
                .isInstanceOf(SealedFloor.class);
        assertThat(
                        RollbackFloor.beside(
                                new KeyPlace.Pkcs11Token(
                                        Path.of("/lib/token.so"), 0, Path.of("/etc/pin")),
                                bench.storage()))
                .isInstanceOf(SealedFloor.class);
    }

    @Test
    void aTpmThatIsAwayIsNeverAFloorOfZero() throws Exception {
        bench.floor().raise(3);
        bench.real.pullOut();
        try {
            assertUnknown(bench.floor()).hasMessageContaining("cannot be opened");
        } finally {
            bench.real.putBack();
        }
        assertThat(bench.floor().floor()).isEqualTo(3);
    }

    /** Each answer of the TPM, changed at random, gives the floor or a clear failure. */
    @Test
    void answersWithChangedBytesNeverBecomeALowerFloor() throws Exception {
        bench.floor().raise(7);
        Random random = new Random(SEED);
        int failures = 0;
        for (int round = 0; round < 24; round++) {
            int spared = random.nextInt(8);
            Path socket = directory.resolve("lying-" + round);
            try (ScriptedTpm _ = ScriptedTpm.listen(socket, lying(random, spared))) {
                assertThat(new TpmFloor(Tpm.at(socket), bench.storage()).floor()).isEqualTo(7);
            } catch (FloorUnavailable told) {
                failures++;
            }
            unload();
            assertThat(bench.floor().floor()).as("seed %d, round %d", SEED, round).isEqualTo(7);
        }
        assertThat(failures).as("seed %d", SEED).isGreaterThan(5);
    }

    /** What a confused device has left in a TPM without resource manager: TPM2_FlushContext. */
    private void unload() {
        for (int handle = 0x80000000; handle < 0x80000003; handle++) {
            byte[] flush =
                    ByteBuffer.allocate(14)
                            .putShort((short) 0x8001)
                            .putInt(14)
                            .putInt(0x165)
                            .putInt(handle)
                            .array();
            assertThat(ScriptedTpm.asked(bench.real.socket(), flush)).hasSize(10);
        }
    }

    /** Tells the truth a few times and then, once, not; it reads only, so nothing is lost. */
    private UnaryOperator<byte[]> lying(Random random, int spared) {
        int[] left = {spared};
        return command -> {
            byte[] answer = ScriptedTpm.asked(bench.real.socket(), command);
            int place = random.nextInt(answer.length);
            if (left[0]-- == 0 && (place < 2 || place > 5)) {
                answer[place] ^= (byte) (1 << random.nextInt(8));
            }
            return answer;
        };
    }
}
