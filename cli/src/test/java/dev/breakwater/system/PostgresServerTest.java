/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.ProvisioningFile;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.fishtank.FishTankFirmware;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import dev.breakwater.server.audit.AuditChain;
import dev.breakwater.server.store.AuditArchive;
import dev.breakwater.server.store.DatabaseLocation;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The whole server on PostgreSQL: what is done on SQLite in the story of the fish tank is done
 * here, and outlives a kill.
 */
@Tag("system")
final class PostgresServerTest {

    private static final String USER = "postgres";
    private static final String TANK = "TANK-0001";
    private static final String OTHER = "OTHER-0001";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path directory;

    @Test
    void doesOnPostgresWhatItDoesOnSqlite() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
            DatabaseLocation.PostgresServer database = freshDatabase(postgres);
            ServerPlace place = place(database);
            Administrator administrator;
            String tank;
            int readings;
            try (ServerProcess server = ServerProcess.start(place)) {
                administrator = Administrator.setUp(server);
                String product = administrator.createProduct("Smart fish tank");
                String code = administrator.createEnrollmentCode(product, List.of(TANK, OTHER));
                tank = playTank(server, administrator, code);
                readings = administrator.telemetry(tank).size();
                revokeWhileConnected(server, administrator, code);
                server.kill();
            }
            try (ServerProcess server = ServerProcess.start(place);
                    Administrator again = administrator.again()) {
                assertThat(again.telemetry(tank)).hasSize(readings);
                assertThat(again.device(TANK).path("status").asString()).isEqualTo("active");
                assertThat(again.device(OTHER).path("status").asString()).isEqualTo("revoked");
                server.stop();
            }
            assertThat(Files.exists(place.database())).as("a SQLite file").isFalse();
            try (AuditArchive archive = AuditArchive.open(database)) {
                AuditChain.Verdict verdict = archive.verify(Optional.empty());
                assertThat(verdict).isInstanceOf(AuditChain.Verdict.Intact.class);
                assertThat(((AuditChain.Verdict.Intact) verdict).entries()).isGreaterThan(10);
            }
        }
    }

    private static DatabaseLocation.PostgresServer freshDatabase(EmbeddedPostgres postgres)
            throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE breakwater");
        }
        String url = "jdbc:postgresql://localhost:%d/breakwater".formatted(postgres.getPort());
        return new DatabaseLocation.PostgresServer(url, USER, USER);
    }

    private ServerPlace place(DatabaseLocation.PostgresServer database) throws Exception {
        Path password = directory.resolve("password");
        Files.writeString(password, database.password());
        return ServerPlace.in(
                directory,
                "[database]",
                "url = \"" + database.url() + "\"",
                "user = \"" + database.user() + "\"",
                "password-file = \"" + password + "\"");
    }

    /** Enrolls, connects, reports, obeys; returns the device's id. */
    private String playTank(ServerProcess server, Administrator administrator, String code)
            throws Exception {
        Path provisioning = directory.resolve("tank.json");
        Files.writeString(provisioning, server.provisioning(TANK, code));
        try (FishTankFirmware tank =
                FishTankFirmware.start(
                        new ProvisioningFile(provisioning),
                        directory.resolve("tank"),
                        new SimulatedTank(Clock.systemUTC(), 1).hardware(),
                        _ -> {},
                        AgentEnvironment.ofSystem())) {
            assertThat(tank.flush(PATIENCE)).as("the tank reports").isTrue();
            String device = administrator.device(TANK).path("id").asString();
            String command =
                    administrator.sendCommand(
                            device, "feed", Administrator.object().put("portions", 2));
            JsonNode ended = administrator.awaitCommand(device, command, Duration.ofSeconds(20));
            assertThat(ended.path("state").asString()).isEqualTo("succeeded");
            assertThat(tank.flush(PATIENCE)).as("the tank has reported").isTrue();
            assertThat(administrator.telemetry(device)).isNotEmpty();
            return device;
        }
    }

    private static void revokeWhileConnected(
            ServerProcess server, Administrator administrator, String code) throws Exception {
        ServerTrust trust = EnrolledDevice.trust(server);
        EnrolledDevice device = EnrolledDevice.enroll(server.place(), trust, OTHER, code);
        CountDownLatch cutOff = new CountDownLatch(1);
        Mqtt5AsyncClient client = device.client(server.place(), cutOff::countDown);
        client.connect().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        administrator.revoke(device.id());

        assertThat(cutOff.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(device.client(server.place(), () -> {}).connect())
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withMessageContaining("NOT_AUTHORIZED");
    }
}
