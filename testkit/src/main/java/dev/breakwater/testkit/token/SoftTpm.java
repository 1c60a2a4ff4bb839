/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A TPM 2.0 in software (swtpm) with its resource manager (tpm2-abrmd, on a message bus of its own)
 * behind tpm2-pkcs11. A real TPM has its resource manager in the kernel, {@code /dev/tpmrm0}.
 */
public final class SoftTpm implements TestToken {

    private static final Path LIBRARY =
            Path.of("/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so");

    private static final int ATTEMPTS_MAX = 40;

    private final Path directory;
    private final Path pinFile;
    private final Map<String, String> environment = new HashMap<>();
    private final Deque<Process> running = new ArrayDeque<>();
    private final List<TpmRelay> relays = new ArrayList<>();

    private SoftTpm(Path directory, Path pinFile) {
        this.directory = directory;
        this.pinFile = pinFile;
    }

    /** What is not installed, if anything. */
    public static Optional<String> missing() {
        return Programs.missing(
                List.of(LIBRARY),
                "swtpm",
                "swtpm",
                "tpm2-abrmd",
                "tpm2-abrmd",
                "dbus-daemon",
                "dbus",
                "tpm2_ptool",
                "libtpm2-pkcs11-tools",
                "tpm2_create",
                "tpm2-tools",
                "pkcs11-tool",
                "opensc");
    }

    /** Makes a TPM and a token in it, below this directory, which must be empty. */
    public static SoftTpm make(Path directory) throws IOException, InterruptedException {
        SoftTpm tpm = new SoftTpm(directory, Programs.pinFile(directory));
        Path store = Files.createDirectory(directory.resolve("store"));
        Files.createDirectory(directory.resolve("state"));
        tpm.environment.put("TPM2_PKCS11_STORE", store.toString());
        tpm.environment.put("TPM2_PKCS11_TCTI", "tabrmd:bus_type=session");
        tpm.environment.put("TPM2TOOLS_TCTI", "tabrmd:bus_type=session");
        try {
            tpm.putBack();
            Programs.require(
                    directory,
                    tpm.environment,
                    "tpm2_ptool",
                    "addtoken",
                    "--pid=1",
                    "--label=breakwater",
                    "--sopin=so-pin-1234",
                    "--userpin=" + PIN,
                    "--path=" + store);
            return tpm;
        } catch (IOException | InterruptedException failed) {
            tpm.close();
            throw failed;
        }
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
        return Map.copyOf(environment);
    }

    @Override
    public void pullOut() {
        close();
    }

    @Override
    public void putBack() throws IOException, InterruptedException {
        Path socket = directory.resolve("tpm");
        boolean _ = Files.deleteIfExists(socket);
        boolean _ = Files.deleteIfExists(directory.resolve("tpm.ctrl"));
        running.push(
                Programs.start(
                        directory,
                        Map.of(),
                        "swtpm",
                        "socket",
                        "--tpm2",
                        "--tpmstate",
                        "dir=" + directory.resolve("state"),
                        "--server",
                        "type=unixio,path=" + socket,
                        "--ctrl",
                        "type=unixio,path=" + socket + ".ctrl",
                        "--flags",
                        "startup-clear"));
        Path relayed = relayed();
        relays.add(TpmRelay.listen(relayed, socket));
        relays.add(TpmRelay.listen(Path.of(relayed + ".ctrl"), Path.of(socket + ".ctrl")));
        environment.put("DBUS_SESSION_BUS_ADDRESS", startBus());
        startResourceManager();
        awaitTpm();
    }

    private String startBus() throws IOException {
        Process bus =
                new ProcessBuilder(
                                "dbus-daemon",
                                "--session",
                                "--print-address",
                                "--nofork",
                                "--nopidfile")
                        .redirectError(Programs.log(directory, "dbus-daemon").toFile())
                        .start();
        running.push(bus);
        // Read to the end of the line alone: the bus goes on and says nothing more.
        BufferedReader out = bus.inputReader(UTF_8);
        String address = out.readLine();
        if (address == null) {
            throw new IOException("the message bus did not start");
        }
        return address;
    }

    private void startResourceManager() throws IOException {
        running.push(
                Programs.start(
                        directory,
                        environment,
                        "tpm2-abrmd",
                        "--session",
                        "--allow-root",
                        "--tcti=swtpm:path=" + relayed()));
    }

    /** Asks until it answers: neither the TPM nor its resource manager says that it is ready. */
    private void awaitTpm() throws IOException, InterruptedException {
        Process manager = running.getFirst();
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            if (!manager.isAlive()) {
                // It was quicker than the TPM's socket.
                running.remove(manager);
                startResourceManager();
                manager = running.getFirst();
            }
            String[] question =
                    made()
                            ? new String[] {"tpm2_getrandom", "4"}
                            : new String[] {
                                "tpm2_ptool", "init", "--path=" + directory.resolve("store")
                            };
            if (Programs.run(directory, environment, question)) {
                return;
            }
        }
        throw new IOException(
                "the TPM does not answer:\n"
                        + Files.readString(Programs.log(directory, "tpm2-abrmd"), UTF_8));
    }

    /** Whether the store has its primary key, which must be made once. */
    private boolean made() throws IOException {
        Path log = Programs.log(directory, "tpm2_ptool");
        return Files.exists(log) && Files.readString(log, UTF_8).contains("action: Created");
    }

    @Override
    public void close() {
        while (!running.isEmpty()) {
            Programs.end(running.pop());
        }
        try {
            for (TpmRelay relay : relays) {
                relay.close();
            }
        } catch (IOException unclosable) {
            throw new UncheckedIOException(unclosable);
        }
        relays.clear();
    }

    /** From now on the TPM answers noise, until it is started anew. */
    public void talkNonsense() {
        relays.forEach(TpmRelay::garble);
    }

    private Path relayed() {
        return directory.resolve("relayed");
    }
}
