/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKey;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.device.tpm.CounterState;
import dev.breakwater.device.tpm.ScriptedTpm;
import dev.breakwater.device.tpm.Tpm;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.token.BareTpm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** A medium and a real TPM, in software, in which nothing of an earlier device is left. */
final class TpmFloorBench {

    /**
     * TPM2_NV_DefineSpace, TPM2_NV_UndefineSpace, TPM2_NV_Increment: what changes a TPM for good.
     */
    private static final Set<Integer> CHANGES = Set.of(0x12A, 0x122, 0x134);

    final PowerSupply power = new PowerSupply();
    final CutDisk disk = new CutDisk(power);
    final BareTpm real;
    final Tpm tpm;
    private final WrappingKey wrappingKey;

    TpmFloorBench(BareTpm real, Path directory) throws Exception {
        this.real = real;
        this.tpm = Tpm.at(real.socket());
        this.wrappingKey = WrappingKeyFile.openOrCreate(directory.resolve("survivors.key"));
        forget();
    }

    /** A TPM in which nothing of the device is, and which has counted higher than it says. */
    void forget() throws Exception {
        for (int index : new int[] {TpmFloor.COUNTER_INDEX, TpmFloor.MARK_INDEX}) {
            if (tpm.isDefined(index)) {
                tpm.undefine(index);
            }
        }
    }

    SealedStorage storage() {
        return new SealedStorage(
                disk, wrappingKey, StorageManifest.ofSurvivors(), TestClock.atPresent());
    }

    TpmFloor floor() {
        return new TpmFloor(tpm, storage());
    }

    long counter() throws Exception {
        return ((CounterState.At) tpm.counter(TpmFloor.COUNTER_INDEX)).value();
    }

    /** An older copy is noticed, or is none. */
    void requireNotBelow(long expected, String where) throws IOException {
        try {
            assertThat(floor().floor()).as(where).isGreaterThanOrEqualTo(expected);
        } catch (FloorUnavailable noticed) {
            assertThat(noticed.getMessage()).isNotEmpty();
        }
    }

    /** A TPM whose power goes with the medium's, at every step that changes anything. */
    ScriptedTpm powered(Path socket) throws IOException {
        return ScriptedTpm.listen(
                socket,
                command -> {
                    AtomicReference<byte[]> answer = new AtomicReference<>(new byte[0]);
                    try {
                        if (CHANGES.contains(ScriptedTpm.code(command))) {
                            power.step(() -> answer.set(ScriptedTpm.asked(real.socket(), command)));
                        } else {
                            power.requireOn();
                            answer.set(ScriptedTpm.asked(real.socket(), command));
                        }
                    } catch (IOException off) {
                        return new byte[0];
                    }
                    return answer.get();
                });
    }
}
