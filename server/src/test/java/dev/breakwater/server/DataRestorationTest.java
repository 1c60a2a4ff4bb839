/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.audit.AuditChain.Verdict;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.store.AuditArchive;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataRestorationTest {

    private static final String KEY = "ca/root.key.sealed";

    @TempDir private Path place;
    private final TestClock clock = TestClock.atPresent();
    private Path original;
    private Path backup;
    private Path data;

    @BeforeEach
    void backUp() throws Exception {
        original = place.resolve("original");
        backup = place.resolve("backup");
        data = place.resolve("data");
        DataDirectory.open(original).close();
        Files.createDirectory(original.resolve("ca"));
        Files.writeString(original.resolve(KEY), "sealed");
        Database.open(new DatabaseLocation.SqliteFile(database(original)), Limits.defaults())
                .close();
        new DataBackup(original, DatabaseKind.SQLITE, Optional.empty(), clock).write(backup);
    }

    @Test
    void restoresIntoADirectoryThatIsNotThereYet() throws Exception {
        BackupManifest manifest = restoration().read(backup);

        assertThat(manifest.files())
                .extracting(BackupManifest.BackupFile::name)
                .containsExactlyInAnyOrder(KEY, "breakwater.db");
        assertThat(data.resolve(KEY)).hasSameBinaryContentAs(original.resolve(KEY));
        DataDirectory.open(data).close();
    }

    @Test
    void saysInTheAuditLogThatItWasRestoredAndFromWhen() throws Exception {
        restoration().read(backup);

        assertThat(
                        text(
                                "SELECT action || ' by ' || actor || ' ' || details FROM audit_entry"
                                        + " ORDER BY sequence DESC LIMIT 1"))
                .startsWith("server.restored by local-operator")
                .contains(clock.instant().toString());
        try (AuditArchive archive =
                AuditArchive.open(new DatabaseLocation.SqliteFile(database(data)))) {
            assertThat(archive.verify(Optional.empty())).isInstanceOf(Verdict.Intact.class);
        }
    }

    /** Who has a list from after the backup would take no other with its number or a lower one. */
    @Test
    void numbersItsRevocationListsBeyondThoseOfTheLostServer() throws Exception {
        clock.advance(Duration.ofHours(1));
        restoration().read(backup);

        assertThat(Long.parseLong(text("SELECT last FROM crl_number"))).isGreaterThan(3_600);
    }

    /**
     * A session that somebody ended after the backup, or whose token was stolen, would live again.
     */
    @Test
    void endsTheSessionsOfPeopleAndTheCodesOfResets() throws Exception {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + database(original));
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO organization (organization_id, name, enabled, created_us)"
                            + " VALUES ('o', 'Reef', 1, 1)");
            statement.execute(
                    "INSERT INTO member (member_id, organization_id, email, name, role,"
                            + " password_hash, created_us)"
                            + " VALUES ('m', 'o', 'coral@example.com', 'Coral', 'owner', 'h', 1)");
            statement.execute(
                    "INSERT INTO member_session (session_id, organization_id, member_id, source,"
                            + " lasting_sha256, passing_sha256, created_us, refreshed_us,"
                            + " expires_us, ended_us)"
                            + " VALUES ('live', 'o', 'm', 's', 'l', 'p', 1, 1, 9, NULL),"
                            + " ('ended', 'o', 'm', 's', 'l', 'p', 1, 1, 9, 5)");
            statement.execute(
                    "INSERT INTO password_reset (member_id, organization_id, code_sha256,"
                            + " created_us, expires_us) VALUES ('m', 'o', 'c', 1, 9)");
            statement.execute(
                    "INSERT INTO known_source (organization_id, member_id, secret_sha256,"
                            + " used_us, expires_us) VALUES ('o', 'm', 'k', 1, 9)");
        }
        Path later = place.resolve("later");
        new DataBackup(original, DatabaseKind.SQLITE, Optional.empty(), clock).write(later);
        restoration().read(later);

        assertThat(text("SELECT count(*) FROM member_session WHERE ended_us IS NULL"))
                .isEqualTo("0");
        assertThat(text("SELECT ended_us FROM member_session WHERE session_id = 'ended'"))
                .isEqualTo("5");
        assertThat(text("SELECT count(*) FROM password_reset")).isEqualTo("0");
        assertThat(text("SELECT count(*) FROM known_source")).isEqualTo("0");
        assertThat(text("SELECT details FROM audit_entry WHERE action = 'server.restored'"))
                .contains("\"sessions-ended\":\"1\"");
    }

    @Test
    void replacesNothing() throws Exception {
        Files.createDirectory(data);
        Files.writeString(data.resolve("letter.txt"), "Dear Coral,");

        assertThatThrownBy(() -> restoration().read(backup))
                .isExactlyInstanceOf(BackupRefused.class)
                .hasMessageContaining("is not empty")
                .hasMessageContaining("move it aside");
        assertThat(data.resolve("letter.txt")).hasContent("Dear Coral,");
    }

    @Test
    void refusesADamagedFile() throws Exception {
        Files.writeString(backup.resolve("data").resolve(KEY), "sealeD");

        assertBroken(KEY, "is damaged");
    }

    @Test
    void refusesADamagedDatabase() throws Exception {
        Path file = database(backup.resolve("data"));
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);

        assertBroken("breakwater.db", "is damaged");
    }

    @Test
    void refusesABackupInWhichAFileIsMissing() throws Exception {
        Files.delete(backup.resolve("data").resolve(KEY));

        assertBroken(KEY, "is missing");
    }

    @Test
    void refusesAFileThatNobodyBackedUp() throws Exception {
        Files.writeString(backup.resolve("data/ca/other.key.sealed"), "planted");

        assertBroken("other.key.sealed", "not in the backup's manifest");
    }

    @Test
    void refusesABackupThatWasCutOff() throws Exception {
        Files.delete(backup.resolve("manifest.json"));

        assertBroken("holds no manifest.json", "cut off");
    }

    @Test
    void refusesAManifestThatWasCutOff() throws Exception {
        String text = manifest();
        Files.writeString(backup.resolve("manifest.json"), text.substring(0, text.length() / 2));

        assertBroken("manifest.json", "cannot be understood");
    }

    /** A manifest is not signed, and must not lead a privileged hand to other places. */
    @Test
    void refusesANameThatLeadsOutOfTheDirectory() throws Exception {
        for (String name : new String[] {"../x", "/etc/x", "ca/../../x", "ca//x", ".."}) {
            rewriteManifest(KEY, name);
            assertBroken("manifest.json", "cannot be understood");
            rewriteManifest(name, KEY);
        }
    }

    @Test
    void refusesABackupOfANewerVersion() throws Exception {
        rewriteManifest("\"format\" : 2", "\"format\" : 3");

        assertThatThrownBy(() -> restoration().read(backup))
                .isExactlyInstanceOf(BackupRefused.class)
                .hasMessageContaining("newer version");
        assertThat(data).doesNotExist();
    }

    @Test
    void refusesTheTablesOfANewerVersion() throws Exception {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + database(original));
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO flyway_schema_history SELECT 999, '999', 'from the future', type,"
                            + " 'V999__future.sql', 1, installed_by, installed_on, 1, 1"
                            + " FROM flyway_schema_history WHERE version = '1'");
        }
        Path newer = place.resolve("newer");
        new DataBackup(original, DatabaseKind.SQLITE, Optional.empty(), clock).write(newer);

        assertThatThrownBy(() -> restoration().read(newer))
                .isExactlyInstanceOf(BackupRefused.class)
                .hasMessageContaining("newer version");
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void refusesABackupOfAServerWithAnotherDatabase() {
        assertThatThrownBy(
                        () ->
                                new DataRestoration(data, DatabaseKind.POSTGRESQL, clock)
                                        .read(backup))
                .isExactlyInstanceOf(BackupRefused.class)
                .hasMessageContaining("sqlite")
                .hasMessageContaining("postgresql");
        assertThat(data).doesNotExist();
    }

    private void assertBroken(String... words) {
        assertThatThrownBy(() -> restoration().read(backup))
                .isExactlyInstanceOf(BackupBroken.class)
                .satisfies(broken -> assertThat(broken.getMessage()).contains(words));
        assertThat(data).doesNotExist();
    }

    private DataRestoration restoration() {
        return new DataRestoration(data, DatabaseKind.SQLITE, clock);
    }

    private void rewriteManifest(String from, String to) throws IOException {
        String text = manifest();
        assertThat(text).contains(from);
        Files.write(
                backup.resolve("manifest.json"),
                text.replace(from, to).getBytes(StandardCharsets.UTF_8));
    }

    private String manifest() throws IOException {
        return Files.readString(backup.resolve("manifest.json"));
    }

    private String text(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database(data));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static Path database(Path directory) {
        return directory.resolve(ServerConfiguration.SQLITE_FILE);
    }
}
