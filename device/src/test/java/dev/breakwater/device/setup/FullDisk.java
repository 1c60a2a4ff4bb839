/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import dev.breakwater.device.storage.Disk;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A disk in memory that can be full. */
final class FullDisk implements Disk {

    private final TreeMap<String, byte[]> contents = new TreeMap<>();
    private int writesLeft = Integer.MAX_VALUE;

    /** It takes so many more contents. */
    synchronized void takes(int more) {
        writesLeft = more;
    }

    @Override
    public synchronized Optional<byte[]> read(String name) {
        return Optional.ofNullable(contents.get(name)).map(byte[]::clone);
    }

    @Override
    public synchronized void replace(String name, byte[] content) throws IOException {
        if (writesLeft == 0) {
            throw new IOException("No space left on device");
        }
        writesLeft--;
        contents.put(name, content.clone());
    }

    @Override
    public synchronized void delete(String name) {
        contents.remove(name);
    }

    @Override
    public synchronized SortedSet<String> names() {
        return new TreeSet<>(contents.keySet());
    }
}
