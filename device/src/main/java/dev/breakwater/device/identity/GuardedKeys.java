/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.device.storage.SealedStorage;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Keys that live outside the storage, used only for as long as the storage is: an erasure that has
 * taken the storage over finds no key in the token that was made behind its back.
 */
final class GuardedKeys implements DeviceKeys {

    private final SealedStorage storage;
    private final DeviceKeys keys;

    GuardedKeys(SealedStorage storage, DeviceKeys keys) {
        this.storage = storage;
        this.keys = keys;
    }

    @Override
    public KeyProtection protection() {
        return keys.protection();
    }

    @Override
    public DeviceKey generate() throws IOException {
        return storage.whileInUse(keys::generate);
    }

    @Override
    public Optional<DeviceKey> find(String name) throws IOException {
        return keys.find(name);
    }

    @Override
    public void destroy(String name) throws IOException {
        storage.whileInUse(
                () -> {
                    keys.destroy(name);
                    return name;
                });
    }

    @Override
    public DeviceKey setupKey() throws IOException {
        return storage.whileInUse(keys::setupKey);
    }

    @Override
    public SortedSet<String> names() throws IOException {
        return keys.names();
    }
}
