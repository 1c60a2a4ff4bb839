/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.tpm.Tpm;
import java.io.IOException;

/**
 * The lowest release counter that may still be installed. It only rises. {@link TpmFloor} has it
 * guarded by a TPM; {@link SealedFloor} keeps it on the medium alone, where somebody who holds the
 * device can put an older copy back.
 */
public interface RollbackFloor {

    /**
     * The safest that a device has: in its TPM if its keys are there, otherwise in sealed storage.
     * A floor moves along when a product's keys move into the TPM.
     *
     * <p>A PKCS#11 token keeps none: its data objects are what was written last, so whoever has the
     * PIN, which lies on the device, writes an older one. The counters of PKCS#11 ({@code
     * CKH_MONOTONIC_COUNTER}) move whenever somebody reads them, so no record can be bound to one.
     *
     * @param keys where the device's keys are
     * @param survivors storage that outlives an erasure, {@code StorageManifest.ofSurvivors}
     */
    static RollbackFloor beside(KeyPlace keys, SealedStorage survivors) {
        return switch (keys) {
            case KeyPlace.Tpm(var device) -> new TpmFloor(Tpm.at(device), survivors);
            case KeyPlace.SealedFile() -> new SealedFloor(survivors);
            case KeyPlace.Pkcs11Token _ -> new SealedFloor(survivors);
        };
    }

    /**
     * The floor, 0 at first.
     *
     * @throws FloorUnavailable if it is not known, which is never taken for 0
     */
    long floor() throws IOException;

    /**
     * Raises it; durable when this returns. Nothing happens if it is higher already.
     *
     * @throws FloorUnavailable if it is where it was, or higher; to be called again
     */
    void raise(long to) throws IOException;
}
