/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.erasure;

import dev.breakwater.device.identity.DeviceKeys;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.Pkcs11Keys;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Something an erasure destroys. It is done again after a power cut, however far it had come, and
 * then must do no harm and come to its end.
 */
public interface Erasable {

    /** What it is, for the receipt: a few words, no secret, nothing about a person. */
    String name();

    /** What is in it, for the receipt: names, no contents; asked before anything is erased. */
    default SortedSet<String> contents() throws IOException {
        return new TreeSet<>();
    }

    /** Erases it; returns when that is durable. */
    void erase() throws IOException;

    /** A wrapping key in a file. */
    static Erasable wrappingKey(Path file) {
        return of("wrapping key", () -> WrappingKeyFile.destroy(file));
    }

    /** The device's keys, where they live outside its storage; of other keys none is touched. */
    static Erasable keysIn(KeyPlace place, DeviceSerial serial) {
        return of(
                "device keys",
                () -> {
                    switch (place) {
                        case KeyPlace.SealedFile() -> {
                            // They are sealed under the wrapping key, and go with the storage.
                        }
                        case KeyPlace.Tpm(var _) -> {
                            // What the TPM gave out of them lies in the storage, and goes with it.
                        }
                        case KeyPlace.Pkcs11Token token ->
                                destroyAll(Pkcs11Keys.open(token, serial));
                    }
                });
    }

    /** Everything a directory of sealed storage holds; the directory itself stays. */
    static Erasable storage(Path directory) {
        return new Erasable() {
            @Override
            public String name() {
                return "storage";
            }

            @Override
            public SortedSet<String> contents() throws IOException {
                return Files.isDirectory(directory)
                        ? DirectoryDisk.open(directory).names()
                        : new TreeSet<>();
            }

            @Override
            public void erase() throws IOException {
                if (!Files.isDirectory(directory)) {
                    return;
                }
                DirectoryDisk disk = DirectoryDisk.open(directory);
                for (String name : disk.names()) {
                    disk.delete(name);
                }
            }
        };
    }

    /** Something else, such as an enrollment code that may not have been used yet. */
    static Erasable of(String name, Erasing erasing) {
        return new Erasable() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void erase() throws IOException {
                erasing.erase();
            }
        };
    }

    /** See {@link #erase}. */
    @FunctionalInterface
    interface Erasing {

        /** Erases something; returns when that is durable. */
        void erase() throws IOException;
    }

    private static void destroyAll(DeviceKeys keys) throws IOException {
        for (String name : keys.names()) {
            keys.destroy(name);
        }
    }
}
