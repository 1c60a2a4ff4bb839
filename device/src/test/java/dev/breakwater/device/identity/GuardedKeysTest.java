/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.HandedOver;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in a place of their own, here another storage, beside a storage that is erased. */
final class GuardedKeysTest {

    @TempDir Path directory;

    private SealedStorage storage(String name) throws IOException {
        return new SealedStorage(
                DirectoryDisk.open(directory.resolve(name)),
                WrappingKeyFile.openOrCreate(directory.resolve(name + ".key")));
    }

    @Test
    void areMadeAndDestroyedWhileTheStorageIsInUse() throws Exception {
        DeviceKeys keys = new GuardedKeys(storage("data"), new SealedFileKeys(storage("token")));
        String name = keys.generate().name();
        assertThat(keys.names()).containsExactly(name);
        assertThat(keys.find(name)).isPresent();
        keys.destroy(name);
        assertThat(keys.names()).isEmpty();
    }

    @Test
    void areNotMadeOnceTheStorageIsBeingErased() throws Exception {
        SealedStorage data = storage("data");
        DeviceKeys token = new SealedFileKeys(storage("token"));
        DeviceKeys keys = new GuardedKeys(data, token);
        assertThat(data.handOver(Duration.ZERO)).isTrue();
        assertThatThrownBy(keys::generate).isInstanceOf(HandedOver.class);
        assertThatThrownBy(() -> keys.destroy("key-1")).isInstanceOf(HandedOver.class);
        assertThat(token.names()).isEmpty();
    }
}
