/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import dev.sigstore.tuf.Fetcher;
import dev.sigstore.tuf.FileSystemTufStore;
import dev.sigstore.tuf.InvalidHashesException;
import dev.sigstore.tuf.MetaFetcher;
import dev.sigstore.tuf.TrustedMetaStore;
import dev.sigstore.tuf.Updater;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A mirror, as clients see it that others wrote. */
@Tag("system")
@Timeout(300)
class ReleaseMirrorTest {

    @TempDir private Path data;
    @TempDir private Path computers;
    @TempDir private Path files;
    private ReleaseDesk desk;

    @BeforeEach
    void setUpAServerWithAProduct() throws Exception {
        desk = new ReleaseDesk(data, computers, files);
    }

    @AfterEach
    void stop() {
        desk.close();
    }

    @Test
    void mirrorsTheRepositoryForAnyClient() throws Exception {
        desk.init();
        // Sigstore's client wants to find its own member beside ours, or reads no targets.
        Path custom =
                Files.writeString(
                        desk.files().resolve("custom.json"),
                        "{\"sigstore\": {\"status\": \"Active\", \"usage\": \"Unknown\"}}");
        Reef.ok(desk.publish("tank.zip", ReleaseDesk.IMAGE, "1.1", "--custom", custom.toString()));
        Path mirror = desk.files().resolve("mirror");
        CommandRun mirrored =
                desk.run(
                        "release",
                        "mirror",
                        mirror.toString(),
                        "--product",
                        "tank",
                        "--artifact",
                        desk.files().resolve("tank.zip").toString());
        assertThat(mirrored.exitCode()).as("%s", mirrored).isZero();
        assertThat(Files.getPosixFilePermissions(mirror.resolve("metadata/timestamp.json")))
                .contains(PosixFilePermission.OTHERS_READ);
        requireThatSigstoreAccepts(mirror);
        HttpServer web =
                SimpleFileServer.createFileServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        mirror.toRealPath(),
                        SimpleFileServer.OutputLevel.NONE);
        web.start();
        try {
            downloadWithTufClient("http://localhost:" + web.getAddress().getPort());
        } finally {
            web.stop(0);
        }
        Reef.ok(desk.run("release", "mirror", mirror.toString(), "--product", "tank"));
        Files.write(only(mirror.resolve("targets/1.1")), "altered".getBytes(UTF_8));
        Reef.ok(desk.run("release", "mirror", mirror.toString(), "--product", "tank"));
        assertThat(only(mirror.resolve("targets/1.1"))).hasBinaryContent(ReleaseDesk.IMAGE);
    }

    /** From the server alone: whole, gone on with, and never under its name unless it is signed. */
    @Test
    void bringsWhatItLacksFromTheServer() throws Exception {
        desk.init();
        Reef.ok(desk.publish("tank.zip", ReleaseDesk.IMAGE, "1.1"));
        Path mirror = desk.files().resolve("mirror");
        Reef.ok(desk.run("release", "mirror", mirror.toString(), "--product", "tank"));
        assertThat(only(mirror.resolve("targets/1.1"))).hasBinaryContent(ReleaseDesk.IMAGE);

        Path file = desk.files().resolve("downloaded.zip");
        Path partial = desk.files().resolve(".downloaded.zip.partial");
        Files.write(partial, Arrays.copyOf(ReleaseDesk.IMAGE, ReleaseDesk.IMAGE.length / 2));
        Reef.ok(download("1.1", file));
        assertThat(file).hasBinaryContent(ReleaseDesk.IMAGE);
        assertThat(partial).doesNotExist();
        ReleaseDesk.assertRefused(download("1.1", file), 3, "is not replaced");
        ReleaseDesk.assertRefused(download("9.9", mirror.resolve("x")), 1, "no signed release");

        // What had come before is not what was signed: nothing of it gets the name.
        Path other = desk.files().resolve("other.zip");
        Path spoilt = desk.files().resolve(".other.zip.partial");
        Files.write(spoilt, new byte[ReleaseDesk.IMAGE.length / 2]);
        ReleaseDesk.assertRefused(download("1.1/tank.zip", other), 5, "not those that were signed");
        assertThat(other).doesNotExist();
        assertThat(spoilt).doesNotExist();
        Reef.ok(download("1.1/tank.zip", other));
        assertThat(other).hasBinaryContent(ReleaseDesk.IMAGE);
    }

    /** Altered at rest on the server: neither a mirror nor anybody else takes it. */
    @Test
    void takesNothingThatWasAlteredOnTheServer() throws Exception {
        desk.init();
        Reef.ok(desk.publish("tank.zip", ReleaseDesk.IMAGE, "1.1"));
        for (Path stored : stored()) {
            byte[] content = Files.readAllBytes(stored);
            content[content.length / 2] ^= 1;
            Files.write(stored, content);
        }
        Path mirror = desk.files().resolve("mirror");
        ReleaseDesk.assertRefused(
                desk.run("release", "mirror", mirror.toString(), "--product", "tank"),
                5,
                "not those that were signed");
        assertThat(mirror.resolve("metadata")).doesNotExist();
    }

    /** Lost on the server's disk, or set aside there: whoever has the file puts it back. */
    @Test
    void putsBackWhatTheServerHasLost() throws Exception {
        desk.init();
        Reef.ok(desk.publish("tank.zip", ReleaseDesk.IMAGE, "1.1"));
        for (Path stored : stored()) {
            Files.move(stored, stored.resolveSibling(stored.getFileName() + ".altered"));
        }
        Path file = desk.files().resolve("got.zip");
        ReleaseDesk.assertRefused(download("1.1", file), 1, "not stored any more");
        Path other = Files.writeString(desk.files().resolve("other.zip"), "another");
        ReleaseDesk.assertRefused(putBack(other), 1, "no signed release is made of");
        assertThat(stored()).allMatch(path -> path.toString().endsWith(".altered"));

        Reef.ok(putBack(desk.files().resolve("tank.zip")));

        Reef.ok(download("1.1", file));
        assertThat(file).hasBinaryContent(ReleaseDesk.IMAGE);
        // Again it does nothing, and says so without a fault.
        Reef.ok(putBack(desk.files().resolve("tank.zip")));
    }

    private CommandRun putBack(Path file) throws Exception {
        return desk.run("release", "put-back", file.toString(), "--product", "tank");
    }

    private List<Path> stored() throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            return all.filter(Files::isRegularFile)
                    .filter(path -> path.toString().contains("/stored/"))
                    .toList();
        }
    }

    private CommandRun download(String release, Path output) throws Exception {
        return desk.run(
                "release", "download", release, "--product", "tank", "--to", output.toString());
    }

    /** A client that knew the server's key before finds the next one by root. */
    @Test
    void clientsOfOthersFollowARotationOfTheOnlineKey() throws Exception {
        desk.init();
        Path custom =
                Files.writeString(
                        desk.files().resolve("custom.json"),
                        "{\"sigstore\": {\"status\": \"Active\", \"usage\": \"Unknown\"}}");
        Reef.ok(desk.publish("tank.zip", ReleaseDesk.IMAGE, "1.1", "--custom", custom.toString()));
        Path mirror = desk.files().resolve("mirror");
        mirror(mirror);
        Updater known = sigstore(mirror, "known");
        known.updateMeta();
        Reef.ok(desk.rotateOnline("root-1", "root-2", "release-1"));
        mirror(mirror);
        assertThat(mirror.resolve("metadata/2.root.json")).exists();
        for (Updater client :
                List.of(known, sigstore(mirror, "known"), sigstore(mirror, "fresh"))) {
            client.updateMeta();
            client.downloadTarget("1.1/tank.zip");
        }
    }

    private void mirror(Path mirror) {
        Reef.ok(
                desk.run(
                        "release",
                        "mirror",
                        mirror.toString(),
                        "--product",
                        "tank",
                        "--artifact",
                        desk.files().resolve("tank.zip").toString()));
    }

    /** The command line that the public conformance suite drives. */
    private void downloadWithTufClient(String web) throws IOException {
        String trust = desk.files().resolve("trust").toString();
        Path downloads = desk.files().resolve("downloads");
        Reef.ok(
                desk.run(
                        "tuf-client", "--metadata-dir", trust, "init", desk.keys() + "/root.json"));
        Reef.ok(
                desk.run(
                        "tuf-client",
                        "--metadata-dir",
                        trust,
                        "--metadata-url",
                        web + "/metadata",
                        "--target-name",
                        "1.1/tank.zip",
                        "--target-base-url",
                        web + "/targets",
                        "--target-dir",
                        downloads.toString(),
                        "download"));
        assertThat(only(downloads)).hasBinaryContent(ReleaseDesk.IMAGE);
    }

    private static Path only(Path directory) throws IOException {
        try (Stream<Path> below = Files.walk(directory)) {
            return below.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
    }

    /** Written by others; with what is there it is content, and with an altered file it is not. */
    private void requireThatSigstoreAccepts(Path mirror) throws Exception {
        Updater updater = sigstore(mirror, "sigstore");
        updater.updateMeta();
        updater.downloadTarget("1.1/tank.zip");
        assertThat(only(desk.files().resolve("sigstore/targets")))
                .hasBinaryContent(ReleaseDesk.IMAGE);
        Path copy = desk.files().resolve("altered");
        Path altered = Files.createDirectories(copy.resolve("metadata"));
        try (Stream<Path> good = Files.list(mirror.resolve("metadata"))) {
            for (Path file : good.toList()) {
                Files.copy(file, altered.resolve(file.getFileName()));
            }
        }
        Path targets = altered.resolve("2.targets.json");
        Files.writeString(targets, Files.readString(targets).replace("rev-a", "rev-b"));
        Updater other = sigstore(copy, "other");
        assertThatThrownBy(other::updateMeta).isInstanceOf(InvalidHashesException.class);
    }

    private Updater sigstore(Path mirror, String name) throws Exception {
        Path kept = Files.createDirectories(desk.files().resolve(name).resolve("metadata"));
        Path targets = Files.createDirectories(desk.files().resolve(name).resolve("targets"));
        FileSystemTufStore store = FileSystemTufStore.newFileSystemStore(kept, targets);
        String root = Files.readString(desk.keys().resolve("root.json"));
        return Updater.builder()
                .setClock(desk.reef().api.clock())
                .setTrustedMetaStore(TrustedMetaStore.newTrustedMetaStore(store))
                .setTargetStore(store)
                .setTrustedRootPath(() -> root)
                .setMetaFetcher(MetaFetcher.newFetcher(new Mirror(mirror.resolve("metadata"))))
                .setTargetFetcher(new Mirror(mirror.resolve("targets")))
                .build();
    }

    /** Hands out files; null is that client's word for "there is none". */
    private record Mirror(Path directory) implements Fetcher {

        @Override
        public String getSource() {
            return "mirror";
        }

        @Override
        public byte @Nullable [] fetchResource(String name, int bytesMax) throws IOException {
            Path file = directory.resolve(name);
            return Files.exists(file) ? Files.readAllBytes(file) : null;
        }
    }
}
