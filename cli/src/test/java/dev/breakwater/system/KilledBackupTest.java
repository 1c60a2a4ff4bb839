/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that is killed in the middle of an artifact, and the next one. */
@Tag("system")
final class KilledBackupTest {

    private static final int ARTIFACT_MEBIBYTES = 512;
    private static final String ORGANIZATION = "0198f3a2-5a70-7c11-9d1e-4a3b2c1d0e9f";

    /** Far less than the artifact. */
    private static final List<String> SMALL_HEAP = List.of("env", "JAVA_TOOL_OPTIONS=-Xmx96m");

    @TempDir private Path directory;

    @Test
    void leavesNothingThatAnybodyTakesForABackup() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Files.writeString(data.resolve("BREAKWATER"), "breakwater data, format 1\n");
        Path database = data.resolve(ServerConfiguration.SQLITE_FILE);
        Database.open(new DatabaseLocation.SqliteFile(database), Limits.defaults()).close();
        store(data, database);
        Path configuration = directory.resolve("breakwater.toml");
        Files.writeString(configuration, "data-directory = \"" + data + "\"\n");
        Path partial = directory.resolve("first.partial");

        try (RunningProcess process = run(configuration, "backup", "--to", "first")) {
            awaitArtifactIn(partial, process);
            process.kill();
        }
        assertThat(partial).exists();
        assertThat(directory.resolve("first")).doesNotExist();
        assertThat(end(configuration, "backup", "verify", "first.partial")).isEqualTo(5);
        assertThat(end(configuration, "restore", "--from", "first.partial")).isEqualTo(5);
        assertThat(end(configuration, "backup", "--to", "first")).isEqualTo(3);

        assertThat(end(configuration, "backup", "--to", "second")).isZero();
        assertThat(end(configuration, "backup", "verify", "second")).isZero();
    }

    private void store(Path data, Path database) throws Exception {
        Path whole = directory.resolve("artifact");
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] mebibyte = new byte[1 << 20];
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(whole), sha256)) {
            for (int i = 0; i < ARTIFACT_MEBIBYTES; i++) {
                mebibyte[0] = (byte) i;
                out.write(mebibyte);
            }
        }
        String hash = HexFormat.of().formatHex(sha256.digest());
        Path folder =
                Files.createDirectories(
                        data.resolve(
                                "artifacts/%s/stored/%s"
                                        .formatted(ORGANIZATION, hash.substring(0, 2))));
        Files.move(whole, folder.resolve(hash));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO organization (organization_id, name, enabled, created_us)"
                            + " VALUES ('%s', 'Reef', 1, 1)".formatted(ORGANIZATION));
            statement.execute(
                    "INSERT INTO product (product_id, organization_id, name, created_us)"
                            + " VALUES ('p', '%s', 'tank', 1)".formatted(ORGANIZATION));
            statement.execute(
                    "INSERT INTO product_artifact (artifact_id, organization_id, product_id, name,"
                            + " sha256, byte_length, scanned_us)"
                            + " VALUES ('a', '%s', 'p', 'tank.zip', '%s', %d, 1)"
                                    .formatted(
                                            ORGANIZATION, hash, (long) ARTIFACT_MEBIBYTES << 20));
        }
    }

    private static void awaitArtifactIn(Path partial, RunningProcess process) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (artifactBytes(partial) == 0) {
            assertThat(System.nanoTime()).as(process.output()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static long artifactBytes(Path partial) throws IOException {
        Path artifacts = partial.resolve("data/artifacts");
        if (!Files.isDirectory(artifacts)) {
            return 0;
        }
        try (Stream<Path> all = Files.walk(artifacts)) {
            return all.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private RunningProcess run(Path configuration, String... words) throws IOException {
        List<String> command =
                Stream.concat(
                                Stream.of(words)
                                        .map(
                                                word ->
                                                        word.matches("(first|second).*")
                                                                ? directory.resolve(word).toString()
                                                                : word),
                                Stream.of("--config", configuration.toString()))
                        .toList();
        return RunningProcess.start(SMALL_HEAP, Map.of("HOME", directory.toString()), command);
    }

    private int end(Path configuration, String... words) throws Exception {
        try (RunningProcess process = run(configuration, words)) {
            return process.awaitEnd();
        }
    }
}
