/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.device.FlooredClock;
import dev.breakwater.device.erasure.Erasable;
import dev.breakwater.device.erasure.Erasure;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.ManifestWarrant;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.device.tamper.TamperResponse;
import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What the tank keeps, and how it loses it.
 *
 * @param storage what {@code storage.json} declares
 * @param survivors what outlives an erasure
 * @param clock the tank's, which is never before the firmware
 * @param erasure erases all of it, and takes the storage from whoever uses it first
 * @param keys where the tank's keys are, and its rollback floor if they are in a TPM
 * @param hardware the file in which the factory wrote on which hardware the tank's software runs
 */
record TankStorage(
        SealedStorage storage,
        SealedStorage survivors,
        FlooredClock clock,
        Erasure erasure,
        KeyPlace keys,
        Path hardware) {

    private static final int HARDWARE_BYTES_MAX = 64;

    /** No tank of ours is older. */
    private static final Instant BUILT_AT = Instant.parse("2026-11-01T00:00:00Z");

    /**
     * Finishes an erasure that was begun, and then opens what is there.
     *
     * @param besides what else an erasure destroys
     * @param data the directory; the wrapping key lies beside it as {@code <data>.key}, what
     *     outlives an erasure in {@code <data>.survivors}
     */
    static TankStorage open(
            DeviceSerial serial, KeyPlace keys, List<Erasable> besides, Path data, Clock machine)
            throws IOException {
        Path wrappingKey = beside(data, ".key");
        SealedStorage survivors = survivors(data, machine);
        List<Erasable> rest = new ArrayList<>();
        rest.add(Erasable.storage(data));
        rest.add(TamperResponse.stopIn(survivors));
        rest.addAll(besides);
        Erasure erasure =
                new Erasure(
                        serial,
                        survivors,
                        () -> keys.open(survivors, serial).setupKey(),
                        List.of(Erasable.wrappingKey(wrappingKey), Erasable.keysIn(keys, serial)),
                        rest,
                        machine);
        var _ = erasure.finishIfBegun();
        SealedStorage storage =
                new SealedStorage(
                        DirectoryDisk.open(data),
                        WrappingKeyFile.openOrCreate(wrappingKey),
                        StorageManifest.resource(
                                TankStorage.class, "storage.json", ManifestWarrant.UNSIGNED),
                        machine);
        FlooredClock clock = FlooredClock.open(machine, BUILT_AT, storage);
        erasure.takesOver(storage);
        return new TankStorage(
                storage.by(clock), survivors, clock, erasure, keys, beside(data, ".hardware"));
    }

    /**
     * The tank's hardware, one word that the factory wrote into {@code <data>.hardware} and that no
     * release touches.
     */
    String hardwareId() throws IOException {
        try (InputStream in = Files.newInputStream(hardware)) {
            byte[] content = in.readNBytes(HARDWARE_BYTES_MAX + 1);
            String word = new String(content, StandardCharsets.US_ASCII).strip();
            if (content.length > HARDWARE_BYTES_MAX || word.isEmpty()) {
                throw new IOException("%s holds the hardware, one word".formatted(hardware));
            }
            return word;
        }
    }

    /** What outlives an erasure: the set-up key above all. */
    static SealedStorage survivors(Path data, Clock machine) throws IOException {
        return new SealedStorage(
                DirectoryDisk.open(beside(data, ".survivors")),
                WrappingKeyFile.openOrCreate(beside(data, ".survivors.key")),
                StorageManifest.ofSurvivors(),
                machine);
    }

    private static Path beside(Path data, String suffix) {
        return data.resolveSibling(data.getFileName() + suffix);
    }
}
