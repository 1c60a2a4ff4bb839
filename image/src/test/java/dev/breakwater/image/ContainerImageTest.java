/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that is written; that a server starts in it is build-support/image-check.sh's. */
class ContainerImageTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path place;
    private Path root;

    @BeforeEach
    void stage() throws IOException {
        root = Files.createDirectory(place.resolve("root"));
        file("etc/passwd", "rw-rw-rw-");
        file("opt/java/bin/java", "rwxrwxrwx");
        file("opt/breakwater/arguments", "rw-------");
        file("opt/breakwater/lib/breakwater-cli-1.jar", "rw-r--r--");
        file("opt/breakwater/lib/netty-4.jar", "rw-r--r--");
    }

    @Test
    void holdsWhatWasStagedAndLetsTheServerChangeNoneOfIt() throws Exception {
        Map<String, String> owned = new TreeMap<>();
        Map<String, byte[]> archive = write("one");
        JsonNode layers = manifest(archive).path("layers");
        for (JsonNode layer : layers) {
            entries(blob(archive, layer)).forEach(owned::putIfAbsent);
        }

        assertThat(layers).hasSize(5);
        assertThat(owned)
                .containsAllEntriesOf(
                        Map.of(
                                "etc/passwd", "644 0:0",
                                "opt/java/bin/java", "755 0:0",
                                "opt/breakwater/arguments", "644 0:0",
                                "opt/breakwater/lib/breakwater-cli-1.jar", "644 0:0",
                                "opt/breakwater/lib/netty-4.jar", "644 0:0",
                                "etc/breakwater/", "755 0:0",
                                "tmp/", "777 0:0",
                                "var/lib/breakwater/", "700 10001:10001"));
        assertThat(owned.keySet().stream().filter(name -> !name.endsWith("/"))).hasSize(5);
    }

    @Test
    void keepsWhatChangesSeldomInLayersOfItsOwn() throws Exception {
        Map<String, byte[]> before = write("one");
        Files.writeString(root.resolve("opt/breakwater/lib/breakwater-cli-1.jar"), "newer");
        Map<String, byte[]> after = write("two");

        assertThat(manifest(after).path("layers"))
                .hasSize(5)
                .filteredOn(layer -> !before.containsKey(nameOf(layer)))
                .hasSize(1);
    }

    @Test
    void tellsTheRuntimeHowToRunIt() throws Exception {
        Map<String, byte[]> archive = write("one");
        JsonNode image = JSON.readTree(blob(archive, manifest(archive).path("config")));
        JsonNode config = image.path("config");

        assertThat(archive).containsKey("oci-layout");
        assertThat(image.path("architecture").asText()).isEqualTo("arm64");
        assertThat(config.path("User").asText()).isEqualTo("10001:10001");
        assertThat(config.path("Entrypoint").toString())
                .isEqualTo("[\"/opt/java/bin/java\",\"@/opt/breakwater/arguments\"]");
        assertThat(config.path("Cmd").toString())
                .isEqualTo("[\"server\",\"--config\",\"/etc/breakwater/breakwater.toml\"]");
        assertThat(config.path("Env"))
                .extracting(JsonNode::asText)
                .contains("CREDENTIALS_DIRECTORY=/run/secrets");
        assertThat(config.path("Volumes").fieldNames())
                .toIterable()
                .containsExactly("/var/lib/breakwater");
        assertThat(config.path("ExposedPorts").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("8883/tcp", "8884/tcp", "8443/tcp");
    }

    @Test
    void isTheSameToTheByteForTheSameFiles() throws Exception {
        assertThat(manifest(write("one"))).isEqualTo(manifest(write("two")));
    }

    /** A link may lead to what is on the machine that builds, and was not meant to be in it. */
    @Test
    void refusesALink() throws Exception {
        Files.createSymbolicLink(root.resolve("etc/shadow"), root.resolve("etc/passwd"));

        assertThatThrownBy(() -> write("one"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("etc/shadow is neither a file nor a folder");
        assertThat(place.resolve("one.tar")).doesNotExist();
    }

    private void file(String name, String mode) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, name);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private Map<String, byte[]> write(String name) throws Exception {
        Path archive = place.resolve(name + ".tar");
        new ContainerImage(root, "1.0", "arm64").write(place.resolve("cache"), archive);
        Map<String, byte[]> files = new HashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(Files.newInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                files.put(entry.getName(), tar.readAllBytes());
            }
        }
        return files;
    }

    private static JsonNode manifest(Map<String, byte[]> archive) throws IOException {
        JsonNode index = JSON.readTree(archive.get("index.json"));
        return JSON.readTree(blob(archive, index.at("/manifests/0")));
    }

    private static byte[] blob(Map<String, byte[]> archive, JsonNode descriptor) {
        return Objects.requireNonNull(archive.get(nameOf(descriptor)));
    }

    private static String nameOf(JsonNode descriptor) {
        return "blobs/" + descriptor.path("digest").asText().replace(':', '/');
    }

    /** Each name in a layer, with the mode and the owner of what it names. */
    private static Map<String, String> entries(byte[] layer) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(layer));
                TarArchiveInputStream tar = new TarArchiveInputStream(unpacked)) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                entries.put(
                        entry.getName(),
                        "%o %d:%d"
                                .formatted(
                                        entry.getMode() & 0777,
                                        entry.getLongUserId(),
                                        entry.getLongGroupId()));
            }
        }
        return entries;
    }
}
