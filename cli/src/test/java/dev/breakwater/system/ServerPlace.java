/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.server.Listeners;
import dev.breakwater.server.ServerConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a server runs: its configuration file, data directory and sealing key below one directory,
 * and its ports. It stays the same from start to start.
 */
final class ServerPlace {

    private static final String LOCAL = "localhost";
    private static final String LOOPBACK = "127.0.0.1";

    private final Path directory;
    private final String configurationName;
    private final Listeners ports;
    private final String host;
    private final Map<String, String> environment = new LinkedHashMap<>();

    private ServerPlace(Path directory, String configurationName, String host, Listeners ports) {
        this.directory = directory;
        this.host = host;
        this.configurationName = configurationName;
        this.ports = ports;
        environment.put("HOME", directory.toString());
        environment.put("BREAKWATER_LOG", "WARN");
    }

    /**
     * A place with a sealing key file beside its data.
     *
     * @param tables added to the end of the configuration file
     */
    static ServerPlace in(Path directory, String... tables) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("[sealing-key]");
        lines.add("file = \"" + directory.resolve("sealing.key") + "\"");
        lines.addAll(List.of(tables));
        return configured(directory, lines);
    }

    /** A place with these tables in its configuration file and no others but its listeners. */
    static ServerPlace configured(Path directory, List<String> tables) throws IOException {
        ServerPlace place =
                new ServerPlace(directory, "breakwater.toml", LOCAL, freePorts(LOOPBACK));
        place.configure(tables);
        return place;
    }

    /** A place that listens at an address of this machine and is known by it. */
    static ServerPlace at(String address, Path directory) throws IOException {
        ServerPlace place =
                new ServerPlace(directory, "breakwater.toml", address, freePorts(address));
        place.configure(
                List.of("[sealing-key]", "file = \"" + directory.resolve("sealing.key") + "\""));
        return place;
    }

    /** The same data, wanted by a second server that has its own configuration and ports. */
    ServerPlace onOtherPorts() throws IOException {
        ServerPlace second = new ServerPlace(directory, "second.toml", LOCAL, freePorts(LOOPBACK));
        second.configure(List.of("[sealing-key]", "file = \"" + sealingKey() + "\""));
        return second;
    }

    /** Writes the configuration file anew. */
    void configure(List<String> tables) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("data-directory = \"" + data() + "\"");
        if (!host.equals(LOCAL)) {
            lines.add("names = [\"" + host + "\"]");
        }
        lines.add("[listeners]");
        lines.add("bind-address = \"" + ports.bindAddress() + "\"");
        lines.add("channel = " + ports.channel());
        lines.add("enrollment = " + ports.enrollment());
        lines.add("api = " + ports.api());
        lines.add("operations = " + ports.operations());
        lines.addAll(tables);
        Files.write(configuration(), lines);
    }

    /** Sets a variable of the server's environment. */
    ServerPlace with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Starts the server without waiting for it to listen. */
    RunningProcess launch() throws IOException {
        return RunningProcess.start(environment, command());
    }

    /** The words that start the server here. */
    List<String> command() {
        return List.of("server", "--config", configuration().toString());
    }

    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    Path configuration() {
        return directory.resolve(configurationName);
    }

    Path data() {
        return directory.resolve("data");
    }

    Path database() {
        return data().resolve(ServerConfiguration.SQLITE_FILE);
    }

    Path sealingKey() {
        return directory.resolve("sealing.key");
    }

    /** What it is called by. */
    String host() {
        return host;
    }

    Listeners ports() {
        return ports;
    }

    /** Ports that were free a moment ago, all different. */
    private static Listeners freePorts(String address) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.ofLiteral(address)));
            }
            return new Listeners(
                    address,
                    held.get(0).getLocalPort(),
                    held.get(1).getLocalPort(),
                    held.get(2).getLocalPort(),
                    held.get(3).getLocalPort());
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }
}
