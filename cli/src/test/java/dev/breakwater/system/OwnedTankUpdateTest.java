/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.CommandRun;
import dev.breakwater.companion.DeviceSetup;
import dev.breakwater.companion.SetupResult;
import dev.breakwater.fishtank.OwnedTank;
import dev.breakwater.protocol.setup.SetupLabel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A tank that its owner set up by phone, in processes of its own that its launcher starts: it
 * restarts into the version that the owner approved, and comes back by itself from a bad one.
 */
@Tag("system")
@Timeout(400)
final class OwnedTankUpdateTest {

    private static final String TANK = "TANK-0021";
    private static final String PASSWORD = "kettle orbit walnut seven fjord";
    private static final String BOB = "bob@home.example";

    @TempDir Path directory;
    private ServerProcess server;
    private Administrator administrator;
    private Maker maker;
    private SetupLabel label;
    private LaunchedTank tank;

    @BeforeEach
    void ship() throws Exception {
        server = ServerProcess.start(ServerPlace.in(directory));
        administrator = Administrator.setUp(server);
        String product = administrator.createProduct("Fish tank");
        maker = new Maker(administrator, product, directory.resolve("maker"));
        maker.asks("owner");
        tank = new LaunchedTank(directory.resolve("tank"), maker.archive("1.0", 1, 0));
        Files.writeString(
                birth(),
                """
                {"serial": "%s", "network": "Tank", "passphrase": "pond-lily", "tamper": "erase"}
                """
                        .formatted(TANK));
        label = OwnedTank.label(birth(), tank.data(), Clock.systemUTC());
        administrator.enterLabel(product, label);
        administrator.join(BOB, PASSWORD);
    }

    @AfterEach
    void end() {
        tank.close();
        administrator.close();
        server.close();
    }

    private Path birth() {
        return directory.resolve("birth.json");
    }

    @Test
    void restartsIntoWhatItsOwnerApprovedAndComesBackFromABadVersion() throws Exception {
        tank.switchOn(
                Map.of(),
                List.of(classesOfThisTest()),
                OwnedTankProgram.class.getName(),
                birth().toString(),
                tank.data().toString());
        setUpByPhone();
        JsonNode device = maker.awaitRunning(TANK, "1.0");

        maker.rollOut("1.1", 2, 0, TANK);
        approves("1.1");
        tank.awaitLine("Version 1.1.");
        maker.awaitRollout("1.1", "completed");
        assertThat(maker.awaitRunning(TANK, "1.1")).isEqualTo(administrator.device(TANK));

        maker.rollOut("1.2", 3, /* offsetCelsius= */ 100, TANK);
        approves("1.2");
        tank.awaitLine("launcher: slot a ended on trial with 1");
        maker.awaitRollout("1.2", "paused");
        maker.awaitRunning(TANK, "1.1");

        assertThat(tank.said())
                .containsSubsequence(
                        "starting slot a\n",
                        "Version 1.0.\n",
                        "Reachable at",
                        "Connected\n",
                        "starting slot b on trial\n",
                        "Version 1.1.\n",
                        "Connected\n",
                        "starting slot a on trial\n",
                        "Version 1.2.\n",
                        "starting slot b\n",
                        "Version 1.1.\n")
                // Once it has an owner, no version of it waits to be set up again.
                .containsOnlyOnce("Reachable at");
        String id = device.path("id").asString();
        assertThat(administrator.device(TANK).path("id").asString()).isEqualTo(id);
        assertThat(administrator.certificates(id).size()).isEqualTo(1);
        assertThat(administrator.owners(id).size()).isEqualTo(1);
    }

    private void setUpByPhone() throws Exception {
        int port = Integer.parseInt(tank.awaitLine("Reachable at port "));
        OwnersAtServer owners = new OwnersAtServer(server, PASSWORD);
        DeviceSetup phone =
                new DeviceSetup(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), label);
        assertThat(phone.report().firmware()).isEqualTo("1.0");
        phone.send(owners.request(owners.ticket(BOB, label).text(), OneNetworkRadio.PASSPHRASE));
        assertThat(phone.follow(Maker.PATIENCE)).isEqualTo(new SetupResult.Done());
        assertThat(
                        app(
                                        PASSWORD + "\n",
                                        "login",
                                        BOB,
                                        "--server",
                                        server.api().toString(),
                                        "--root",
                                        server.root().toString())
                                .exitCode())
                .isZero();
    }

    /** As soon as the server asks the owner. */
    private void approves(String version) {
        long deadline = System.nanoTime() + Maker.PATIENCE.toNanos();
        CommandRun run = app("", "approve", TANK, version);
        while (run.exitCode() != 0) {
            assertThat(System.nanoTime()).as("%s", run).isLessThan(deadline);
            run = app("", "approve", TANK, version);
        }
    }

    private CommandRun app(String typed, String... words) {
        List<String> all = new ArrayList<>(List.of("app"));
        all.addAll(List.of(words));
        return CommandRun.answering(
                directory.resolve("phone"), new ArrayList<>(), typed, all.toArray(String[]::new));
    }

    private static Path classesOfThisTest() throws Exception {
        return Path.of(
                OwnedTankProgram.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
