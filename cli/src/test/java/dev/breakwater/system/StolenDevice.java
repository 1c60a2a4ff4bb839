/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.ManifestWarrant;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.Sensitivity;
import dev.breakwater.device.storage.StorageItem;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.testkit.canary.Canaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A fish tank's whole storage below one directory, to be filled, copied and started elsewhere. */
record StolenDevice(Path directory) {

    /** Items that the owner has filled, and a thief would like to read. */
    static final List<String> OWNERS_ITEMS = List.of("wifi", "owner", "note-1");

    private static final List<String> KEYS = List.of("tank.key", "tank.survivors.key");
    private static final List<String> FOLDERS = List.of("tank", "tank.survivors");
    private static final String PROVISIONING = "tank.json";

    Path data() {
        return directory.resolve("tank");
    }

    Path provisioning() {
        return directory.resolve(PROVISIONING);
    }

    /** Plants a secret in each of the owner's items. */
    void configure(Canaries canaries) throws IOException {
        SealedStorage storage = storage();
        for (String item : OWNERS_ITEMS) {
            storage.write(item, canaries.plant(item));
        }
    }

    SealedStorage storage() throws IOException {
        List<StorageItem> items = new ArrayList<>(StorageManifest.agentItems());
        OWNERS_ITEMS.forEach(
                name -> items.add(new StorageItem(name, "What a thief wants", Sensitivity.SECRET)));
        return new SealedStorage(
                DirectoryDisk.open(data()),
                WrappingKeyFile.openOrCreate(directory.resolve("tank.key")),
                StorageManifest.of("fish-tank", items, ManifestWarrant.UNSIGNED),
                Clock.systemUTC());
    }

    /** Everything but where the keys are: the wrapping keys, and the token if there is one. */
    StolenDevice copyWithoutKeys(Path to) throws IOException {
        Files.createDirectories(to);
        for (String folder : FOLDERS) {
            Tree.copy(directory.resolve(folder), to.resolve(folder));
        }
        Files.copy(provisioning(), to.resolve(PROVISIONING), StandardCopyOption.COPY_ATTRIBUTES);
        return new StolenDevice(to);
    }

    /** Everything that is files, the wrapping keys included. */
    StolenDevice copyWithWrappingKeys(Path to) throws IOException {
        StolenDevice copy = copyWithoutKeys(to);
        for (String key : KEYS) {
            Files.copy(directory.resolve(key), to.resolve(key), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return copy;
    }

    /** Starts it as a process that ends when it is known whether it connects. */
    List<String> run(Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StolenTankProgram.class.getName(),
                                provisioning().toString(),
                                data().toString())
                        .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process tank = builder.start();
        try {
            tank.getOutputStream().close();
            List<String> lines = tank.inputReader(UTF_8).lines().toList();
            if (!tank.waitFor(10, TimeUnit.SECONDS)) {
                throw new AssertionError("the tank does not end");
            }
            return lines;
        } finally {
            tank.destroyForcibly();
        }
    }
}
