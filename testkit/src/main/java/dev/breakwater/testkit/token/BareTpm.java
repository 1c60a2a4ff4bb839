/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A TPM 2.0 in software (swtpm) as its manufacturer delivers it, on a socket of its own: with a
 * certificate for its RSA endorsement key (TCG template L-1, at 0x01c00002), and without resource
 * manager, so that it has room for three loaded keys and forgets none by itself.
 *
 * <pre>{@code
 * try (BareTpm tpm = BareTpm.make(directory)) {
 *     KeyPlace place = new KeyPlace.Tpm(tpm.socket());
 * }
 * }</pre>
 */
public final class BareTpm implements AutoCloseable {

    private final Path directory;
    private Optional<ProcessHandle> running = Optional.empty();

    private BareTpm(Path directory) {
        this.directory = directory;
    }

    /** What is not installed, if anything. */
    public static Optional<String> missing() {
        return Programs.missing(
                List.of(),
                "swtpm",
                "swtpm",
                "swtpm_setup",
                "swtpm-tools",
                "tpm2_makecredential",
                "tpm2-tools",
                "socat",
                "socat");
    }

    /** Manufactures and starts a TPM below this directory, which must be empty. */
    public static BareTpm make(Path directory) throws IOException, InterruptedException {
        BareTpm tpm = new BareTpm(directory);
        tpm.manufacture();
        tpm.putBack();
        return tpm;
    }

    private void manufacture() throws IOException, InterruptedException {
        Path state = Files.createDirectory(directory.resolve("state"));
        Path authority = Files.createDirectory(directory.resolve("manufacturer"));
        Path authorityFile =
                Files.writeString(
                        directory.resolve("localca.conf"),
                        """
                        statedir = %1$s
                        signingkey = %1$s/key.pem
                        issuercert = %1$s/issuer.pem
                        certserial = %1$s/serial
                        """
                                .formatted(authority));
        Path options =
                Files.writeString(
                        directory.resolve("localca.options"),
                        """
                        --platform-manufacturer Breakwater
                        --platform-version 1
                        --platform-model tests
                        """);
        Path setup =
                Files.writeString(
                        directory.resolve("setup.conf"),
                        """
                        create_certs_tool = /usr/bin/swtpm_localca
                        create_certs_tool_config = %s
                        create_certs_tool_options = %s
                        """
                                .formatted(authorityFile, options));
        Programs.require(
                directory,
                Map.of(),
                "swtpm_setup",
                "--tpm2",
                "--create-ek-cert",
                "--tpmstate",
                state.toString(),
                "--config",
                setup.toString());
    }

    /** What takes plain commands, as {@code /dev/tpmrm0} does. */
    public Path socket() {
        return directory.resolve("tpm");
    }

    /** The manufacturer's root certificate, PEM. */
    public String manufacturerRoot() throws IOException {
        return Files.readString(
                directory.resolve("manufacturer/swtpm-localca-rootca-cert.pem"), UTF_8);
    }

    /** The certificate between that root and the endorsement key's, PEM. */
    public String manufacturerIntermediate() throws IOException {
        return Files.readString(directory.resolve("manufacturer/issuer.pem"), UTF_8);
    }

    /** Ends the TPM as if its power were cut; what it keeps stays. */
    public void pullOut() {
        running.ifPresent(
                process -> {
                    boolean _ = process.destroyForcibly();
                    var _ = process.onExit().join();
                });
        running = Optional.empty();
    }

    /** Starts it anew. */
    public void putBack() throws IOException, InterruptedException {
        boolean _ = Files.deleteIfExists(socket());
        boolean _ = Files.deleteIfExists(directory.resolve("tpm.ctrl"));
        Path pid = directory.resolve("pid");
        // As a daemon, since that returns when the socket is there.
        Programs.require(
                directory,
                Map.of(),
                "swtpm",
                "socket",
                "--tpm2",
                "--daemon",
                "--pid",
                "file=" + pid,
                "--tpmstate",
                "dir=" + directory.resolve("state"),
                "--server",
                "type=unixio,path=" + socket(),
                "--ctrl",
                "type=unixio,path=" + socket() + ".ctrl",
                "--flags",
                "startup-clear");
        running = ProcessHandle.of(Long.parseLong(Files.readString(pid, UTF_8).strip()));
    }

    @Override
    public void close() {
        pullOut();
    }
}
