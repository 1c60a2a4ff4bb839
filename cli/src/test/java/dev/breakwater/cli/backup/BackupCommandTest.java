/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.CommandRun;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the two commands say and how they end; what they copy is tested with the server. */
class BackupCommandTest {

    /** Of "hello". */
    private static final String HASH =
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @TempDir private Path place;
    private Path data;
    private Path backup;
    private Path configuration;

    @BeforeEach
    void makeData() throws Exception {
        data = Files.createDirectory(place.resolve("data"));
        backup = place.resolve("my backup");
        configuration = place.resolve("breakwater.toml");
        Files.writeString(data.resolve("BREAKWATER"), "breakwater data, format 1\n");
        Database.open(
                        new DatabaseLocation.SqliteFile(
                                data.resolve(ServerConfiguration.SQLITE_FILE)),
                        Limits.defaults())
                .close();
        configure("[sealing-key]", "file = \"/etc/breakwater/sealing.key\"");
    }

    @Test
    void saysWhatItDidWhatItLeftOutAndWhatIsNext() {
        CommandRun run = backUp();

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines().getFirst()).isEqualTo("backup    " + backup);
        assertThat(run.err())
                .contains("keep a copy of /etc/breakwater/sealing.key in another place")
                .contains("next: breakwater restore --from '" + backup + "' --config ");
    }

    @Test
    void saysThatPostgresHasADumpOfItsOwn() throws Exception {
        configure(
                "[database]",
                "url = \"jdbc:postgresql://db.example.com/breakwater?password=canary\"");
        CommandRun run = backUp();

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines()).contains("database  not in this backup");
        assertThat(run.err())
                .contains("pg_dump --format=custom '--file=" + backup + ".dump'")
                .contains("postgresql://db.example.com/breakwater")
                .doesNotContain("jdbc:", "canary");

        Files.move(data, place.resolve("lost"));
        CommandRun restored = restore();
        assertThat(restored.exitCode()).as(restored.err()).isZero();
        assertThat(restored.err()).contains("pg_restore");
    }

    @Test
    void endsWithFiveWhenTheServersAuditChainIsBrokenButKeepsTheBackup() throws Exception {
        try (Connection connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + data.resolve(ServerConfiguration.SQLITE_FILE));
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO audit_entry (sequence, at_us, organization_id, actor, action, subject, details, hash)"
                            + " VALUES (1, 1, '', 'server', 'device.revoked', 'device:1', '{}', 'no hash')");
        }
        CommandRun run = backUp();

        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.err()).contains("audit chain is broken at entry 1");
        assertThat(backup.resolve("manifest.json")).exists();
    }

    @Test
    void restoresWhereTheConfigurationSaysAndWarnsOfWhatIsNotInIt() throws Exception {
        backUp();
        Files.move(data, place.resolve("lost"));
        CommandRun run = restore();

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines().getFirst()).isEqualTo("restored  " + data);
        assertThat(run.err())
                .contains("Revoke again before devices can reach it")
                .contains("next: breakwater server --config " + configuration);
    }

    @Test
    void endsWithFiveForABrokenBackupAndWithThreeForAPlaceThatIsTaken() throws Exception {
        backUp();
        assertThat(restore().exitCode()).isEqualTo(3);
        assertThat(restore().err()).hasLineCount(1).contains("is not empty");

        Files.delete(backup.resolve("manifest.json"));
        CommandRun broken = restore();
        assertThat(broken.exitCode()).isEqualTo(5);
        assertThat(broken.err()).hasLineCount(1).contains("take another backup");
    }

    @Test
    void refusesAConfigurationThatIsNotThere() throws Exception {
        Files.delete(configuration);
        CommandRun run = backUp();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("there is no configuration file " + configuration);
    }

    @Test
    void namesArtifactsThatAreLostAndEndsWithFive() throws Exception {
        Path stored = storeArtifact();
        assertThat(backUp().lines()).contains("artifacts 1");
        assertThat(verify().lines()).contains("verdict   whole");

        Files.delete(backup.resolve("data").resolve(data.relativize(stored)));
        CommandRun lacking = verify();
        assertThat(lacking.exitCode()).isEqualTo(5);
        assertThat(lacking.lines()).anyMatch(line -> line.endsWith(HASH + " is missing"));
        Files.move(data, place.resolve("lost"));
        CommandRun refused = restore();
        assertThat(refused.exitCode()).isEqualTo(5);
        assertThat(refused.err()).hasLineCount(1).contains(HASH + " is missing");
        CommandRun told =
                CommandRun.of(
                        place,
                        "restore",
                        "--config",
                        configuration.toString(),
                        "--from",
                        backup.toString(),
                        "--without-lost-artifacts");
        assertThat(told.exitCode()).as(told.err()).isZero();
        assertThat(told.lines()).anyMatch(line -> line.endsWith(HASH + " is missing"));
    }

    @Test
    void endsWithFiveWhenTheServerItselfHasLostAnArtifactButKeepsTheBackup() throws Exception {
        Files.delete(storeArtifact());
        CommandRun run = backUp();

        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.err()).contains("the backup was made", HASH + " is missing");
        assertThat(backup.resolve("manifest.json")).exists();
    }

    @Test
    void saysThatABucketIsTheOperatorsToKeep() throws Exception {
        var _ = storeArtifact();
        configure(
                "[artifacts]",
                "s3-endpoint = \"https://s3.example\"",
                "s3-bucket = \"reef-artifacts\"");
        CommandRun run = backUp();

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines())
                .contains("artifacts 0", "bucket    https://s3.example/reef-artifacts");
        assertThat(run.err()).contains("keeping it is yours", "lists the 1 objects");
        assertThat(backup.resolve("manifest.json")).content().contains(HASH);
    }

    @Test
    void wantsAFolderToBackUpTo() {
        CommandRun run = CommandRun.of(place, "backup", "--config", configuration.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--to");
    }

    /** Stored, and named by the database. */
    private Path storeArtifact() throws Exception {
        String organization = "0198f3a2-5a70-7c11-9d1e-4a3b2c1d0e9f";
        Path file = data.resolve("artifacts/%s/stored/2c/%s".formatted(organization, HASH));
        Files.createDirectories(file.getParent());
        Files.writeString(file, "hello");
        try (Connection connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + data.resolve(ServerConfiguration.SQLITE_FILE));
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO organization (organization_id, name, enabled, created_us)"
                            + " VALUES ('%s', 'Reef', 1, 1)".formatted(organization));
            statement.execute(
                    "INSERT INTO product (product_id, organization_id, name, created_us)"
                            + " VALUES ('p', '%s', 'tank', 1)".formatted(organization));
            statement.execute(
                    "INSERT INTO product_artifact (artifact_id, organization_id, product_id, name,"
                            + " sha256, byte_length, scanned_us)"
                            + " VALUES ('a', '%s', 'p', 'tank.zip', '%s', 5, 1)"
                                    .formatted(organization, HASH));
        }
        return file;
    }

    private CommandRun verify() {
        return CommandRun.of(
                place, "backup", "verify", backup.toString(), "--config", configuration.toString());
    }

    private void configure(String... tables) throws Exception {
        List<String> lines = new ArrayList<>();
        lines.add("data-directory = \"" + data + "\"");
        lines.addAll(List.of(tables));
        Files.write(configuration, lines);
    }

    private CommandRun backUp() {
        return run("backup", "--to", backup.toString());
    }

    private CommandRun restore() {
        return run("restore", "--from", backup.toString());
    }

    private CommandRun run(String command, String option, String value) {
        return CommandRun.of(place, command, "--config", configuration.toString(), option, value);
    }
}
