/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Artifacts in a directory, as on a stick that a service technician brings. */
public final class ArtifactFiles implements ArtifactSource {

    private final Path directory;

    /** The artifacts below this directory. */
    public ArtifactFiles(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    @Override
    public InputStream open(String path, long offset) throws IOException {
        Path file = directory.resolve(path).normalize();
        if (!file.startsWith(directory)) {
            throw new IOException("the artifact's path leaves its directory");
        }
        return Channels.newInputStream(
                FileChannel.open(file, StandardOpenOption.READ).position(offset));
    }
}
