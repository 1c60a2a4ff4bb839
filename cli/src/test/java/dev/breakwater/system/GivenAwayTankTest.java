/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.companion.DeviceSetup;
import dev.breakwater.companion.SetupResult;
import dev.breakwater.device.est.EstClient;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.protocol.setup.exchange.SetupState;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A fish tank that its owner gives away at a real server: what it forgets, and what the server. */
@Tag("system")
@Timeout(240)
final class GivenAwayTankTest {

    private static final String PASSWORD = "kettle orbit walnut seven fjord";
    private static final String BOB = "bob@home.example";
    private static final Duration FOLLOW_MAX = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir static Path shared;
    private static ServerProcess server;
    private static Administrator administrator;
    private static String product;
    private static OwnersAtServer owners;

    @TempDir Path directory;

    @BeforeAll
    static void startServer() throws Exception {
        server = ServerProcess.start(ServerPlace.in(shared));
        administrator = Administrator.setUp(server);
        product = administrator.createProduct("Fish tank");
        administrator.join(BOB, PASSWORD);
        owners = new OwnersAtServer(server, PASSWORD);
    }

    @AfterAll
    static void stopServer() {
        administrator.close();
        server.close();
    }

    @Test
    void erasesItselfAtOnceWhileItIsConnected() throws Exception {
        try (SwitchedTank tank = new SwitchedTank(directory, "TANK-0101");
                Administrator bob = administrator.logIn(BOB, PASSWORD)) {
            String id = setUp(tank);
            bob.release(id);
            isForgotten(tank, bob, id);
        }
    }

    @Test
    void erasesItselfAtItsNextStartIfItWasOff() throws Exception {
        try (SwitchedTank tank = new SwitchedTank(directory, "TANK-0102");
                Administrator bob = administrator.logIn(BOB, PASSWORD)) {
            String id = setUp(tank);
            tank.switchOff();
            bob.release(id);
            assertThat(stateOf(bob, id)).isEqualTo("waiting");
            assertThat(tank.storedNames()).contains("credentials");
            tank.switchOn();
            isForgotten(tank, bob, id);
        }
    }

    /** The agent's own question, and the server's own answer. */
    @Test
    void tellsADeviceWithoutAClockWhatTimeItIs() throws Exception {
        EstClient device =
                new EstClient(
                        "localhost",
                        server.place().ports().enrollment(),
                        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        ServerTrust trust = device.fetchTrust(new RootFingerprint(server.root().hex()));
        assertThat(device.now()).isEqualTo(Instant.EPOCH);
        Instant before = Instant.now();
        device.learnTime(trust);
        assertThat(device.now()).isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
    }

    /** Returns its id, as soon as it has told something. */
    private static String setUp(SwitchedTank tank) throws Exception {
        administrator.enterLabel(product, tank.label());
        tank.switchOn();
        DeviceSetup phone = new DeviceSetup(tank.awaitReachable(PATIENCE), tank.label());
        phone.send(
                owners.request(
                        owners.ticket(BOB, tank.label()).text(), OneNetworkRadio.PASSPHRASE));
        assertThat(phone.follow(FOLLOW_MAX)).isEqualTo(new SetupResult.Done());
        String id = administrator.device(tank.label().serial().text()).path("id").asString();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (administrator.telemetry(id).isEmpty()) {
            assertThat(System.nanoTime()).as("it tells something").isLessThan(deadline);
        }
        assertThat(administrator.owners(id)).hasSize(1);
        return id;
    }

    private static void isForgotten(SwitchedTank tank, Administrator bob, String id)
            throws Exception {
        // A new tank: it waits to be set up, under the same label.
        DeviceSetup phone = new DeviceSetup(tank.awaitReachable(PATIENCE), tank.label());
        assertThat(phone.report().state()).isEqualTo(SetupState.WAITING);
        tank.switchOff();
        assertThat(tank.storedNames()).doesNotContain("credentials");

        assertThat(stateOf(bob, id)).isEqualTo("erased");
        assertThat(administrator.owners(id)).isEmpty();
        assertThat(administrator.telemetry(id)).isEmpty();
        assertThat(administrator.commands(id)).isEmpty();
        assertThat(administrator.actions(id))
                .contains("device.released", "device.revoked", "device.erased");
    }

    private static String stateOf(Administrator owner, String id) {
        List<JsonNode> gone = owner.givenAway();
        return gone.stream()
                .filter(device -> device.path("device").asString().equals(id))
                .map(device -> device.path("state").asString())
                .findFirst()
                .orElseThrow();
    }
}
