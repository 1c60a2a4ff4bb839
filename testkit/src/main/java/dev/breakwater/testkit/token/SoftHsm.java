/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.token;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** SoftHSM2: a PKCS#11 token of software, whose objects are files. */
public final class SoftHsm implements TestToken {

    private static final Path LIBRARY = Path.of("/usr/lib/softhsm/libsofthsm2.so");

    private final Path directory;
    private final Path pinFile;

    private SoftHsm(Path directory, Path pinFile) {
        this.directory = directory;
        this.pinFile = pinFile;
    }

    /** What is not installed, if anything. */
    public static Optional<String> missing() {
        return Programs.missing(
                List.of(LIBRARY), "softhsm2-util", "softhsm2", "pkcs11-tool", "opensc");
    }

    /** Makes a token below this directory, which must be empty. */
    public static SoftHsm make(Path directory) throws IOException, InterruptedException {
        SoftHsm token = new SoftHsm(directory, Programs.pinFile(directory));
        Files.createDirectory(token.objects());
        Files.writeString(
                token.configuration(),
                "directories.tokendir = "
                        + token.objects()
                        + "\nobjectstore.backend = file\nlog.level = ERROR\n");
        Programs.require(
                directory,
                token.environment(),
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                "breakwater",
                "--so-pin",
                "so-pin-1234",
                "--pin",
                PIN);
        return token;
    }

    @Override
    public Path library() {
        return LIBRARY;
    }

    @Override
    public Path pinFile() {
        return pinFile;
    }

    @Override
    public Map<String, String> environment() {
        return Map.of("SOFTHSM2_CONF", configuration().toString());
    }

    @Override
    public void pullOut() throws IOException {
        var _ = Files.move(objects(), directory.resolve("pulled-out"));
    }

    @Override
    public void putBack() throws IOException {
        var _ = Files.move(directory.resolve("pulled-out"), objects());
    }

    /** Nothing of it runs. */
    @Override
    public void close() {}

    private Path objects() {
        return directory.resolve("tokens");
    }

    private Path configuration() {
        return directory.resolve("softhsm2.conf");
    }
}
