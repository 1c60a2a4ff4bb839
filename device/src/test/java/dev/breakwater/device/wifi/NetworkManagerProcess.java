/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.wifi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * NetworkManager itself, in a network namespace of its own, on a bus of its own, without a radio.
 * Before nmcli brings a connection up it is written down what NetworkManager has understood of it.
 */
final class NetworkManagerProcess implements AutoCloseable {

    private static final List<String> PROGRAMS =
            List.of(
                    "/usr/bin/nmcli",
                    "/usr/sbin/NetworkManager",
                    "/usr/bin/dbus-daemon",
                    "/usr/bin/busctl",
                    "/usr/bin/unshare");

    /** Ends with its input; files of the system stay out of it. */
    private static final String START =
            """
            mount -t tmpfs tmpfs /run || exit 1
            mkdir -p /run/NetworkManager
            dbus-daemon --config-file=bus.conf --nofork --nopidfile &
            bus=$!
            for i in $(seq 600); do [ -S bus ] && break; sleep 0.05; done
            export DBUS_SYSTEM_BUS_ADDRESS="unix:path=$PWD/bus"
            NetworkManager --debug --config "$PWD/nm.conf" --config-dir "$PWD/none" \\
              --state-file "$PWD/state" --pid-file "$PWD/pid" >log 2>&1 &
            manager=$!
            for i in $(seq 600); do
              nmcli general status >/dev/null 2>&1 && echo running && break
              kill -0 $manager || break
              sleep 0.05
            done
            read -r line
            kill $manager $bus
            wait
            """;

    private static final String BUS =
            """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
              "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <type>system</type>
              <listen>unix:path=DIRECTORY/bus</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow send_destination="*" eavesdrop="true"/>
                <allow eavesdrop="true"/><allow own="*"/><allow user="root"/>
              </policy>
            </busconfig>
            """;

    private static final String SETTINGS =
            """
            [main]
            plugins=keyfile
            dns=none
            no-auto-default=*
            auth-polkit=root-only
            [keyfile]
            path=DIRECTORY/kept
            """;

    private static final String NMCLI =
            """
            #!/bin/bash
            export DBUS_SYSTEM_BUS_ADDRESS="unix:path=DIRECTORY/bus"
            if [[ "$*" == *" connection up uuid "* ]]; then
              call="busctl --json=short call org.freedesktop.NetworkManager"
              at=/org/freedesktop/NetworkManager/Settings
              of=org.freedesktop.NetworkManager.Settings
              path=$($call $at $of GetConnectionByUuid s "${*: -1}" | sed 's/.*\\["//; s/"\\].*//')
              $call "$path" $of.Connection GetSettings > DIRECTORY/understood
              $call "$path" $of.Connection GetSecrets s 802-11-wireless-security > DIRECTORY/secrets
            fi
            exec /usr/bin/nmcli "$@"
            """;

    private final Path directory;
    private final Process process;

    private NetworkManagerProcess(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /** What is missing, as a reason to skip a test. */
    static Optional<String> missing() {
        return PROGRAMS.stream()
                .filter(program -> !Files.isExecutable(Path.of(program)))
                .findFirst()
                .map(
                        program ->
                                program
                                        + " is of the Debian packages network-manager, dbus,"
                                        + " systemd and util-linux");
    }

    /**
     * Starts it.
     *
     * @return nothing where no namespaces can be made
     */
    static Optional<NetworkManagerProcess> start(Path directory) throws IOException {
        Files.createDirectory(
                directory.resolve("kept"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        write(directory, "bus.conf", BUS);
        write(directory, "nm.conf", SETTINGS);
        write(directory, "nmcli", NMCLI);
        Files.setPosixFilePermissions(
                directory.resolve("nmcli"), PosixFilePermissions.fromString("rwx------"));
        Process process =
                new ProcessBuilder("unshare", "--mount", "--net", "bash", "-c", START)
                        .directory(directory.toFile())
                        .redirectError(directory.resolve("errors").toFile())
                        .start();
        NetworkManagerProcess started = new NetworkManagerProcess(directory, process);
        if ("running".equals(process.inputReader(UTF_8).readLine())) {
            return Optional.of(started);
        }
        started.close();
        return Optional.empty();
    }

    private static void write(Path directory, String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text.replace("DIRECTORY", directory.toString()));
    }

    NmcliRadio radio() {
        return new NmcliRadio(
                directory.resolve("nmcli"),
                directory.resolve("kept"),
                directory.resolve("kept"),
                "wlan0",
                "wlan0");
    }

    /** A section of the connection that was brought up last, as NetworkManager has it. */
    JsonNode understood(String section) throws IOException {
        return read("understood").at("/data/0").path(section);
    }

    /** The passphrase of that connection, as NetworkManager would tell it the supplicant. */
    String passphrase() throws IOException {
        return read("secrets").at("/data/0/802-11-wireless-security/psk/data").asString();
    }

    private JsonNode read(String name) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(directory.resolve(name)));
    }

    /** The files of profiles that are left. */
    List<String> kept() throws IOException {
        List<String> names = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory.resolve("kept"))) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        return names;
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }
}
