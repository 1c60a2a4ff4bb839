/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.DeviceKeys;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.KeyProtection;
import dev.breakwater.device.identity.Pkcs11Keys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;

/** A place of keys that can be pulled out; the refusal is that of a token that is not there. */
final class GoneToken implements DeviceKeys {

    private final DeviceKeys present;
    private final KeyPlace.Pkcs11Token absent;
    private boolean gone;

    GoneToken(DeviceKeys present, Path directory) {
        this.present = present;
        this.absent =
                new KeyPlace.Pkcs11Token(
                        directory.resolve("no-module.so"), 0, directory.resolve("no-pin"));
    }

    void pullOut() {
        gone = true;
    }

    void putBack() {
        gone = false;
    }

    private DeviceKeys now() throws IOException {
        return gone ? Pkcs11Keys.open(absent, SetupBench.SERIAL) : present;
    }

    @Override
    public KeyProtection protection() {
        return present.protection();
    }

    @Override
    public DeviceKey generate() throws IOException {
        return now().generate();
    }

    @Override
    public Optional<DeviceKey> find(String name) throws IOException {
        return now().find(name);
    }

    @Override
    public void destroy(String name) throws IOException {
        now().destroy(name);
    }

    @Override
    public DeviceKey setupKey() throws IOException {
        return now().setupKey();
    }

    @Override
    public SortedSet<String> names() throws IOException {
        return now().names();
    }
}
