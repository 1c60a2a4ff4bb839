/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.tuf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.breakwater.cli.CommandRun;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.PathScope;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.update.ServedFiles;
import dev.breakwater.testkit.update.SimulatedRepository;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line of the conformance suite, against a web server, as the suite runs it. */
class TufClientCommandTest {

    @TempDir Path directory;
    private final SimulatedRepository repository = new SimulatedRepository(TestClock.atPresent());
    private HttpServer server;
    private String url;

    TufClientCommandTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @BeforeEach
    void serve() {
        server.createContext("/metadata/", exchange -> answer(exchange, repository.metadata()));
        server.createContext("/targets/", exchange -> answer(exchange, repository.targets()));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, ServedFiles files) throws IOException {
        String path = exchange.getRequestURI().getRawPath().replaceFirst("^/[a-z]+/", "");
        Optional<InputStream> file = files.open(path);
        if (file.isEmpty()) {
            exchange.sendResponseHeaders(404, -1);
        } else {
            byte[] content = file.get().readAllBytes();
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        }
        exchange.close();
    }

    private CommandRun run(String... words) {
        List<String> all =
                new ArrayList<>(List.of("tuf-client", "--metadata-dir", trust().toString()));
        all.addAll(List.of(words));
        return CommandRun.of(directory.resolve("settings"), all.toArray(String[]::new));
    }

    private Path trust() {
        return directory.resolve("trust");
    }

    private CommandRun init() throws IOException {
        Path root = directory.resolve("initial_root.json");
        Files.write(root, repository.firstRoot());
        return run("init", root.toString());
    }

    private CommandRun refresh() {
        return run("--metadata-url", url + "/metadata", "refresh");
    }

    private CommandRun download(String target) {
        return run(
                "--metadata-url",
                url + "/metadata/",
                "--target-name",
                target,
                "--target-base-url",
                url + "/targets",
                "--target-dir",
                directory.resolve("targets").toString(),
                "download");
    }

    private List<byte[]> downloaded() throws IOException {
        List<byte[]> contents = new ArrayList<>();
        if (Files.exists(directory.resolve("targets"))) {
            try (Stream<Path> files = Files.list(directory.resolve("targets"))) {
                for (Path file : files.toList()) {
                    contents.add(Files.readAllBytes(file));
                }
            }
        }
        return contents;
    }

    @Test
    void initializesRefreshesAndDownloads() throws Exception {
        assertThat(init().exitCode()).isZero();
        assertThat(repository.metadata().takeRequests()).isEmpty();
        CommandRun refreshed = refresh();
        assertThat(refreshed.exitCode()).as(refreshed.err()).isZero();
        assertThat(refreshed.out()).contains("root 1, snapshot 1, targets 1");
        assertThat(repository.metadata().takeRequests())
                .containsExactly(
                        "2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json");
        assertThat(trust().resolve("targets.json"))
                .hasBinaryContent(repository.metadata().content("1.targets.json"));
        repository.delegate("targets", "A ?", false, new PathScope.Patterns(List.of("a/*")));
        repository.addTarget("A ?", "a/b.img", new byte[] {7});
        repository.publishAll();
        assertThat(download("a/b.img").exitCode()).isZero();
        assertThat(downloaded()).singleElement().isEqualTo(new byte[] {7});
        repository.targets().takeRequests();
        assertThat(download("a/b.img").exitCode()).isZero();
        assertThat(repository.targets().takeRequests()).isEmpty();
        repository.addTarget("A ?", "a/b.img", new byte[] {8});
        repository.publishAll();
        assertThat(download("a/b.img").exitCode()).isZero();
        assertThat(downloaded()).singleElement().isEqualTo(new byte[] {8});
    }

    @Test
    void endsWithOneAndKeepsWhatItTrustsWhenItRefuses() throws Exception {
        init();
        repository.addTarget("targets", "x", new byte[] {1});
        repository.publishAll();
        refresh();
        byte[] older = repository.metadata().content("timestamp.json");
        repository.publishTimestamp();
        refresh();
        repository.metadata().put("timestamp.json", older);
        CommandRun refused = refresh();
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("ROLLED_BACK", "at least version 3, not 2");
        assertThat(
                        MetadataReader.timestamp(
                                        Files.readAllBytes(trust().resolve("timestamp.json")))
                                .unverified()
                                .version())
                .isEqualTo(3);
        repository.publishTimestamp();
        repository.setVersion("timestamp", 5);
        repository.publishTimestamp();
        assertThat(download("nonexistent artifact").exitCode()).isEqualTo(1);
        for (String path : repository.targets().all().keySet()) {
            repository.targets().put(path, new byte[] {6});
        }
        assertThat(download("x").err()).contains("MISMATCHED");
        assertThat(downloaded()).isEmpty();
    }

    @Test
    void endsWithOneWithoutARootThatCanBeTrusted() throws Exception {
        assertThat(refresh().exitCode()).isEqualTo(1);
        assertThat(run("init", directory.resolve("none").toString()).exitCode()).isEqualTo(1);
        Path root = directory.resolve("initial_root.json");
        Files.writeString(
                root,
                new String(repository.firstRoot(), UTF_8).replace("\"version\"", "\"versio\""));
        run("init", root.toString());
        assertThat(refresh().exitCode()).isEqualTo(1);
        assertThat(repository.metadata().takeRequests()).isEmpty();
    }

    @Test
    void speaksPlainHttpWithThisMachineOnly() throws Exception {
        init();
        CommandRun far = run("--metadata-url", "http://192.0.2.1/metadata", "refresh");
        assertThat(far.exitCode()).isEqualTo(1);
        assertThat(far.err()).contains("must begin with https://");
        server.stop(0);
        assertThat(refresh().exitCode()).isEqualTo(1);
    }

    @Test
    void takesAnErrorOfTheServerForNoAnswer() throws Exception {
        init();
        server.removeContext("/metadata/");
        server.createContext(
                "/metadata/",
                exchange -> {
                    exchange.sendResponseHeaders(500, -1);
                    exchange.close();
                });
        CommandRun failed = refresh();
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.err()).contains("answered 500");
    }
}
