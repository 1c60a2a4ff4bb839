/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.CommandRun;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class AuditVerifyTest {

    private static final int ENTRIES = 1_200;

    @TempDir private static Path original;
    @TempDir private Path data;
    @TempDir private Path configuration;

    @BeforeAll
    static void writeALogThatIsLongerThanAPage() {
        try (Database database = open(original)) {
            SqlAuditLog log = new SqlAuditLog(database, TestClock.atPresent());
            for (int i = 1; i <= ENTRIES; i++) {
                log.append(
                        AuditEvent.ofServer(
                                new Actor.Server(),
                                AuditAction.DEVICE_REVOKED,
                                "device:" + i,
                                Map.of("reason", "test", "serial", "tank-" + i)));
            }
        }
    }

    @BeforeEach
    void copyTheLog() throws IOException {
        Files.copy(
                original.resolve(ServerConfiguration.SQLITE_FILE),
                data.resolve(ServerConfiguration.SQLITE_FILE));
    }

    @Test
    void provesAnIntactLogAndChangesNothingOnDisk() throws IOException {
        Map<String, String> before = files();
        CommandRun run = verify();
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines()).hasSize(3).startsWith("intact", "entries  1200");
        assertThat(head(run)).matches("[0-9a-f]{64}");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void seesTheEntriesOfAServerThatIsRunning() throws IOException {
        try (Database database = open()) {
            appendDurably(database);
            CommandRun run = verify();
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.lines()).contains("entries  1201");
        }
    }

    @Test
    void seesTheEntriesThatAKilledServerLeftInItsWriteAheadLog() throws IOException {
        Path copy = configuration.resolve("copy");
        Files.createDirectories(copy);
        try (Database database = open()) {
            appendDurably(database);
            for (String name : new String[] {"breakwater.db", "breakwater.db-wal"}) {
                Files.copy(data.resolve(name), copy.resolve(name));
            }
        }
        byte[] file = Files.readAllBytes(copy.resolve("breakwater.db"));
        byte[] log = Files.readAllBytes(copy.resolve("breakwater.db-wal"));
        CommandRun run = run("--data", copy.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines()).contains("entries  1201");
        assertThat(Files.readAllBytes(copy.resolve("breakwater.db"))).isEqualTo(file);
        assertThat(Files.readAllBytes(copy.resolve("breakwater.db-wal"))).isEqualTo(log);
    }

    @Test
    void namesTheFirstAlteredEntry() throws SQLException {
        tamper("UPDATE audit_entry SET subject = 'device:0' WHERE sequence = 1100");
        tamper("UPDATE audit_entry SET subject = 'device:0' WHERE sequence = 1150");
        assertBrokenAt(1100, "altered");
    }

    @Test
    void namesAnEntryWhoseDetailsWereAltered() throws SQLException {
        tamper("UPDATE audit_entry SET details = '{}' WHERE sequence = 7");
        assertBrokenAt(7, "altered");
    }

    @Test
    void namesAnEntryWhoseDetailsAreNoLongerJson() throws SQLException {
        tamper("UPDATE audit_entry SET details = '[1' WHERE sequence = 7");
        assertBrokenAt(7, "altered");
    }

    @Test
    void namesTheFirstRemovedEntry() throws SQLException {
        tamper("DELETE FROM audit_entry WHERE sequence IN (500, 501)");
        assertBrokenAt(500, "entry 500 is missing; the next one is 502");
    }

    @Test
    void namesAnEntryThatWasInserted() throws SQLException {
        tamper(
                "INSERT INTO audit_entry SELECT 1201, at_us, organization_id, actor, action, subject,"
                        + " details, hash FROM audit_entry WHERE sequence = 1200");
        assertBrokenAt(1201, "altered");
    }

    @Test
    void noticesACutTailWhenTheHeadWasKeptElsewhere() throws SQLException {
        String kept = head(verify());
        assertThat(verify("--head", kept).exitCode()).isZero();
        tamper("DELETE FROM audit_entry WHERE sequence > 1190");
        assertThat(verify().exitCode()).as("what is left is whole in itself").isZero();
        CommandRun run = verify("--head", kept);
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.err())
                .startsWith("breakwater: the kept head is not among the 1190 entries of the log")
                .hasLineCount(1);
    }

    @Test
    void findsAKeptHeadThatIsNoLongerTheNewest() {
        String kept = head(verify());
        try (Database database = open()) {
            appendDurably(database);
        }
        CommandRun run = verify("--head", kept.toUpperCase(Locale.ROOT));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("The kept head is in the chain");
    }

    @Test
    void saysItInJsonForScripts() throws SQLException {
        JsonNode intact = json(verify("-o", "json"));
        assertThat(intact.path("verdict").asString()).isEqualTo("intact");
        assertThat(intact.path("entries").asLong()).isEqualTo(ENTRIES);
        tamper("DELETE FROM audit_entry WHERE sequence = 3");
        CommandRun run = verify("-o", "json");
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(json(run).path("verdict").asString()).isEqualTo("broken");
        assertThat(json(run).path("firstBadEntry").asLong()).isEqualTo(3);
    }

    @Test
    void refusesADirectoryWithoutADatabase() {
        CommandRun run = run("--data", configuration.toString());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("there is no database").contains("nothing was judged");
        assertThat(configuration).isEmptyDirectory();
    }

    @Test
    void refusesADatabaseOfSomebodyElse() throws Exception {
        Path foreign = configuration.resolve(ServerConfiguration.SQLITE_FILE);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + foreign);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE photos (name TEXT)");
        }
        CommandRun run = run("--data", configuration.toString());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("is not a database of Breakwater");
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws IOException {
        Files.writeString(
                configuration.resolve(ServerConfiguration.SQLITE_FILE), "not SQLite".repeat(99));
        CommandRun run = run("--data", configuration.toString());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).hasLineCount(1).contains("cannot be opened");
    }

    @Test
    void refusesAWrongCommandLine() {
        assertThat(run().exitCode()).isEqualTo(2);
        assertThat(run("--data", "x", "--database-url", "y").exitCode()).isEqualTo(2);
        assertThat(run("--database-url", "jdbc:postgresql://x/y").exitCode()).isEqualTo(2);
        assertThat(verify("--head", "xyz").exitCode()).isEqualTo(2);
        assertThat(verify("--profile", "x").err())
                .contains("audit verify reads the disk and needs no profile");
    }

    @Test
    void saysThatADatabaseServerIsNotThere() throws IOException {
        Path password = Files.writeString(configuration.resolve("password"), "secret-canary");
        CommandRun run =
                run(
                        "--database-url",
                        "jdbc:postgresql://127.0.0.1:1/breakwater",
                        "--database-user",
                        "auditor",
                        "--database-password-file",
                        password.toString(),
                        "--verbose");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("cannot be opened").doesNotContain("secret-canary");
    }

    @Test
    void sendsNoPasswordToADatabaseElsewhereThatNeedNotProveItsName() throws IOException {
        Path password = Files.writeString(configuration.resolve("password"), "secret-canary");
        CommandRun run =
                run(
                        "--database-url",
                        "jdbc:postgresql://db.example/breakwater?sslmode=require",
                        "--database-user",
                        "auditor",
                        "--database-password-file",
                        password.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("sslmode=verify-full").doesNotContain("secret-canary");
    }

    private void assertBrokenAt(long sequence, String why) {
        CommandRun run = verify();
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.err())
                .startsWith("breakwater: the audit chain is broken at entry " + sequence + ": ")
                .contains(why)
                .hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    private CommandRun verify(String... more) {
        return run(
                Stream.concat(Stream.of("--data", data.toString()), Stream.of(more))
                        .toArray(String[]::new));
    }

    private CommandRun run(String... words) {
        return CommandRun.of(
                configuration,
                Stream.concat(Stream.of("audit", "verify"), Stream.of(words))
                        .toArray(String[]::new));
    }

    private static String head(CommandRun run) {
        return run.lines().getLast().replace("head", "").strip();
    }

    private static JsonNode json(CommandRun run) {
        return JsonMapper.shared().readTree(run.out());
    }

    private Database open() {
        return open(data);
    }

    private static Database open(Path data) {
        return Database.open(
                new DatabaseLocation.SqliteFile(data.resolve(ServerConfiguration.SQLITE_FILE)),
                Limits.defaults());
    }

    /** Appends one entry to the log of a running server and returns when it is on disk. */
    private static void appendDurably(Database database) {
        OrganizationId organization = OrganizationId.fresh();
        SqlAuditLog log = new SqlAuditLog(database, TestClock.atPresent());
        log.append(
                AuditEvent.of(
                        organization,
                        new Actor.Server(),
                        AuditAction.DEVICE_ENROLLED,
                        "device:x",
                        Map.of()));
        while (log.entries(organization, Long.MAX_VALUE, 1).isEmpty()) {
            Thread.onSpinWait();
        }
    }

    private void tamper(String sql) throws SQLException {
        Path file = data.resolve(ServerConfiguration.SQLITE_FILE);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    /** Name and content of everything in the data directory. */
    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> content = Files.list(data)) {
            for (Path file : content.toList()) {
                files.put(
                        file.getFileName().toString(),
                        Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
            }
        }
        return files;
    }
}
