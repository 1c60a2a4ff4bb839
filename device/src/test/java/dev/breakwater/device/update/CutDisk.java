/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.storage.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A medium in memory whose power goes with that of the TPM beside it, and which a thief copies. */
final class CutDisk implements Disk {

    /** What a thief has copied: every content that ever lay there. */
    final List<Map<String, byte[]>> copies = new ArrayList<>();

    private final PowerSupply power;
    private Map<String, byte[]> contents = new TreeMap<>();

    CutDisk(PowerSupply power) {
        this.power = power;
    }

    /** The thief puts a copy back, whole. */
    void putBack(Map<String, byte[]> copy) {
        contents = new TreeMap<>(copy);
    }

    Map<String, byte[]> copy() {
        return new TreeMap<>(contents);
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
        power.requireOn();
        return Optional.ofNullable(contents.get(name)).map(byte[]::clone);
    }

    @Override
    public void replace(String name, byte[] content) throws IOException {
        power.step(() -> contents.put(name, content.clone()));
        copies.add(copy());
    }

    @Override
    public void delete(String name) throws IOException {
        power.step(() -> contents.remove(name));
    }

    @Override
    public SortedSet<String> names() throws IOException {
        power.requireOn();
        return new TreeSet<>(contents.keySet());
    }
}
