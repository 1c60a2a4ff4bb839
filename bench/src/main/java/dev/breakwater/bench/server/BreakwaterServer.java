/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.KeyExchange;
import dev.breakwater.cli.client.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Our server, packaged, with the options that it is distributed with. */
public final class BreakwaterServer implements ServerUnderTest {

    private static final Duration START_WAIT = Duration.ofMinutes(2);

    /**
     * One machine plays all people with one token, so what a source, a token or an organization may
     * ask the API would be the figure; and the fleet's certificates last longer than a benchmark's author is patient.
     */
    private static final Map<String, Integer> LIMITS =
            Map.of(
                    "api-requests-per-second-per-source", 1_000_000,
                    "api-requests-per-second-per-organization", 1_000_000,
                    "api-requests-per-second-per-token", 1_000_000);

    private static final int CERTIFICATE_DAYS = 397;

    private final Path distribution;
    private final Path directory;
    private final List<Integer> ports;
    private final ServerSettings settings;
    private final Optional<X509Certificate> root;
    private ServerProcess process;

    private BreakwaterServer(
            Path distribution,
            Path directory,
            Optional<X509Certificate> root,
            List<Integer> ports,
            ServerSettings settings)
            throws IOException, InterruptedException {
        this.distribution = distribution;
        this.directory = directory;
        this.root = root;
        this.ports = ports;
        this.settings = settings;
        writeConfiguration();
        this.process = launch();
    }

    /**
     * Starts it on the data below a directory, and returns when it listens.
     *
     * @param distribution as {@code build-support/package.sh} makes it
     * @param settings for this run, beside what every run sets
     */
    static BreakwaterServer start(
            Path distribution, Path directory, X509Certificate root, ServerSettings settings)
            throws IOException, InterruptedException {
        return new BreakwaterServer(
                distribution, directory, Optional.of(root), Ports.free(4), settings.above(LIMITS));
    }

    /** Starts it for the first time, so that its root is yet to be made. */
    static BreakwaterServer startNew(Path distribution, Path directory)
            throws IOException, InterruptedException {
        return new BreakwaterServer(
                distribution,
                directory,
                Optional.empty(),
                Ports.free(4),
                new ServerSettings(LIMITS, List.of()));
    }

    private void writeConfiguration() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("data-directory = \"" + directory.resolve("data") + "\"");
        lines.add("device-certificate-days = " + CERTIFICATE_DAYS);
        lines.add("[sealing-key]");
        lines.add("file = \"" + directory.resolve("sealing.key") + "\"");
        lines.add("[listeners]");
        lines.add("bind-address = \"127.0.0.1\"");
        lines.add("channel = " + ports.get(0));
        lines.add("enrollment = " + ports.get(1));
        lines.add("api = " + ports.get(2));
        lines.add("operations = " + ports.get(3));
        lines.add("[limits]");
        settings.limits().forEach((limit, value) -> lines.add(limit + " = " + value));
        Files.write(configuration(), lines);
    }

    private Path configuration() {
        return directory.resolve("breakwater.toml");
    }

    private ServerProcess launch() throws IOException, InterruptedException {
        ServerProcess started =
                ServerProcess.start(
                        kind().label(),
                        command(),
                        Map.of("HOME", directory.toString(), "BREAKWATER_LOG", "WARN"),
                        directory);
        try {
            started.awaitLine(line -> line.startsWith("Breakwater listens"), START_WAIT);
            return started;
        } catch (ServerFailed silent) {
            started.close();
            throw silent;
        }
    }

    /** To the letter what {@code ./breakwater} runs, or the cache of classes is not used. */
    private List<String> command() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Path cache = distribution.resolve("breakwater.aot");
        if (Files.exists(cache)) {
            command.add("-XX:AOTCache=" + cache);
        }
        command.add("-cp");
        Path order = distribution.resolve("classpath");
        // Without a training run there is no order to keep.
        command.add(
                Files.exists(order)
                        ? Files.readString(order).strip().replace("lib/", distribution + "/lib/")
                        : distribution + "/lib/*");
        command.add("@" + distribution.resolve("java-options"));
        command.addAll(settings.javaOptions());
        command.add("dev.breakwater.cli.Breakwater");
        command.add("server");
        command.add("--config");
        command.add(configuration().toString());
        return command;
    }

    /** Starts it again after {@link ServerProcess#kill}; returns when it listens. */
    public void restart() throws IOException, InterruptedException {
        process.close();
        process = launch();
    }

    /** The one-time code of a server that nobody administrates yet. */
    String setupCode() throws InterruptedException {
        return lastWord(process.awaitLine(line -> line.startsWith("  setup code "), START_WAIT));
    }

    /** The root that it shows, to be compared with. */
    Fingerprint rootFingerprint() throws InterruptedException {
        return Fingerprint.parse(
                lastWord(process.awaitLine(line -> line.startsWith("  root "), START_WAIT)));
    }

    private static String lastWord(String line) {
        return line.substring(line.lastIndexOf(' ') + 1);
    }

    int enrollmentPort() {
        return ports.get(1);
    }

    int apiPort() {
        return ports.get(2);
    }

    /** The fleet's administrator, over so many connections at most. */
    public Operator operator(TestBed bed, int connections)
            throws GeneralSecurityException, IOException {
        return new Operator(bed.loops(), apiPort(), bed.fleet(), connections);
    }

    @Override
    public ServerKind kind() {
        return ServerKind.BREAKWATER;
    }

    @Override
    public String version() {
        return getClass().getPackage().getImplementationVersion() == null
                ? "of this checkout"
                : getClass().getPackage().getImplementationVersion();
    }

    @Override
    public X509Certificate root() {
        return root.orElseThrow(() -> new ServerFailed("a new server is trusted by fingerprint"));
    }

    @Override
    public int channelPort() {
        return ports.get(0);
    }

    @Override
    public ServerProcess process() {
        return process;
    }

    @Override
    public KeyExchange keyExchange() {
        return KeyExchange.HYBRID;
    }

    @Override
    public String topic(DeviceIdentity device, String end) {
        return "me/" + end;
    }

    @Override
    public String setting() {
        return "SQLite with synchronous=FULL; " + settings.text();
    }

    @Override
    public Promise promise() {
        return new Promise("the message is on disk (fsync) and can be queried", true, false);
    }

    @Override
    public void close() {
        process.close();
        Workplace.delete(directory);
    }
}
