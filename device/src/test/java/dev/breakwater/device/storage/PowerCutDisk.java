/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedSet;

/**
 * A real directory whose power fails at a chosen write: before it, leaving a torn temporary file
 * behind as the kernel would, or right after it.
 */
public final class PowerCutDisk implements Disk {

    /** Thrown from the moment the power is gone. */
    public static final class PowerCut extends IOException {
        @Serial private static final long serialVersionUID = 1;

        PowerCut() {
            super("the power was cut");
        }
    }

    /** When the power fails. */
    public enum Moment {
        BEFORE_WRITE,
        AFTER_WRITE
    }

    private final Path directory;
    private final Disk disk;
    private final Moment moment;
    private int writesLeft;

    public PowerCutDisk(Path directory, int writesBeforeCut, Moment moment) throws IOException {
        this.directory = directory;
        this.disk = DirectoryDisk.open(directory);
        this.writesLeft = writesBeforeCut;
        this.moment = moment;
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
        requirePower();
        return disk.read(name);
    }

    @Override
    public void replace(String name, byte[] content) throws IOException {
        requirePower();
        if (writesLeft-- > 0) {
            disk.replace(name, content);
        } else if (moment == Moment.AFTER_WRITE) {
            disk.replace(name, content);
            throw new PowerCut();
        } else {
            Files.write(
                    directory.resolve(name + ".sealed.tmp"),
                    Arrays.copyOf(content, content.length / 2));
            throw new PowerCut();
        }
    }

    @Override
    public void delete(String name) throws IOException {
        requirePower();
        if (writesLeft-- > 0) {
            disk.delete(name);
            return;
        }
        if (moment == Moment.AFTER_WRITE) {
            disk.delete(name);
        }
        throw new PowerCut();
    }

    @Override
    public SortedSet<String> names() throws IOException {
        requirePower();
        return disk.names();
    }

    private void requirePower() throws PowerCut {
        if (writesLeft < 0) {
            throw new PowerCut();
        }
    }
}
