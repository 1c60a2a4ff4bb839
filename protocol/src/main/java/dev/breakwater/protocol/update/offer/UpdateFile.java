/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

/** A file of an update that a device may ask for over its channel. */
public sealed interface UpdateFile {

    /** Its name in a request: {@code metadata/timestamp.json} or {@code artifacts/} and a hash. */
    String name();

    /**
     * A file of metadata.
     *
     * @param file such as {@code timestamp.json}
     */
    record Metadata(String file) implements UpdateFile {

        private static final String PREFIX = "metadata/";

        /** Refuses what is no such name. */
        public Metadata {
            UpdatePaths.requireName(file);
        }

        @Override
        public String name() {
            return PREFIX + file;
        }
    }

    /**
     * An artifact.
     *
     * @param sha256 64 hexadecimal digits in lower case
     */
    record Artifact(String sha256) implements UpdateFile {

        private static final String PREFIX = "artifacts/";

        /** Refuses what is no such hash. */
        public Artifact {
            UpdatePaths.requireSha256(sha256);
        }

        @Override
        public String name() {
            return PREFIX + sha256;
        }
    }

    /**
     * The file of this name.
     *
     * @throws IllegalArgumentException if no file has that name
     */
    static UpdateFile of(String name) {
        if (name.startsWith(Metadata.PREFIX)) {
            return new Metadata(name.substring(Metadata.PREFIX.length()));
        }
        if (name.startsWith(Artifact.PREFIX)) {
            return new Artifact(name.substring(Artifact.PREFIX.length()));
        }
        throw new IllegalArgumentException(
                "a file of an update has a name that begins with metadata/ or artifacts/");
    }
}
