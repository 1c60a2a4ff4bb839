/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.cli.CommandRun;
import dev.breakwater.companion.LabelImage;
import dev.breakwater.fishtank.OwnedTank;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.SetupPaths;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.testkit.netns.Namespace;
import dev.breakwater.testkit.netns.PortScan;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Set-up where device, phone and home are networks apart: the device is a process in a namespace of
 * its own, the app is what its owner types, and the server is behind the home's router.
 */
@Tag("system")
@Timeout(180)
final class SetUpAcrossNetworksTest {

    private static final String PASSWORD = "kettle orbit walnut seven fjord";
    private static final String BOB = "bob@home.example";
    private static final String OWN_ADDRESS = "10.42.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String LISTENS_ON_ONE = "listens on [Listening[protocol=tcp";

    private static final AtomicInteger MADE = new AtomicInteger();

    @TempDir static Path shared;
    private static Household household;
    private static ServerProcess server;
    private static Administrator administrator;
    private static String product;
    private static OwnersAtServer owners;
    private static Path settings;

    @TempDir Path directory;
    private SetupLabel label;

    @BeforeAll
    static void buildTheHouse() throws Exception {
        Namespace.missing().ifPresent(reason -> abort(reason));
        household = Household.build(shared);
        server = ServerProcess.start(ServerPlace.at(household.server(), shared));
        administrator = Administrator.setUp(server);
        product = administrator.createProduct("Fish tank");
        administrator.join(BOB, PASSWORD);
        owners = new OwnersAtServer(server, PASSWORD);
        settings = shared.resolve("phone");
        CommandRun run =
                CommandRun.answering(
                        settings,
                        new ArrayList<>(),
                        PASSWORD + "\n",
                        "app",
                        "login",
                        BOB,
                        "--server",
                        server.api().toString(),
                        "--root",
                        server.root().toString());
        assertThat(run.exitCode()).as("%s", run).isZero();
    }

    @AfterAll
    static void pullItDown() {
        if (administrator != null) {
            administrator.close();
        }
        if (server != null) {
            server.close();
        }
        if (household != null) {
            household.close();
        }
    }

    /** A tank as it leaves the factory. */
    @BeforeEach
    void make() throws Exception {
        String serial = "TANK-" + MADE.incrementAndGet();
        Files.writeString(
                birth(),
                """
                {"serial": "%s", "network": "Tank %s", "passphrase": "pond-lily",
                 "tamper": "erase"}
                """
                        .formatted(serial, serial));
        label = OwnedTank.label(birth(), data(), Clock.systemUTC());
        administrator.enterLabel(product, label);
        Files.write(picture(), LabelImage.draw(label, /* pixelsPerModule= */ 6));
    }

    @AfterEach
    void pullThePlug() throws Exception {
        household.pullThePlug(label);
    }

    /** A tank, switched on in its namespace. */
    private RunningProcess switchedOn() throws Exception {
        return RunningProcess.watch(
                household
                        .device()
                        .command(
                                program(
                                        AirTankProgram.class,
                                        birth().toString(),
                                        data().toString(),
                                        household.air().toString(),
                                        household.device().name())));
    }

    private String serial() {
        return label.serial().text();
    }

    private Path birth() {
        return directory.resolve("birth.json");
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Path picture() {
        return directory.resolve("label.png");
    }

    private static List<String> program(Class<?> main, String... words) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        command.addAll(List.of(words));
        return command;
    }

    /** The owner begins at home, is told to join the device's network, and does. */
    private OwnerTerminal beginAtHome(String... more) throws Exception {
        household.phoneJoinsHome();
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "app",
                                "set-up",
                                picture().toString(),
                                "--enrollment-port",
                                Integer.toString(server.place().ports().enrollment()),
                                "--channel-port",
                                Integer.toString(server.place().ports().channel())));
        words.addAll(List.of(more));
        OwnerTerminal terminal = OwnerTerminal.run(household.phone(), settings, words);
        terminal.await("Press Enter when this computer is in it");
        assertThat(terminal.screen())
                .contains("Join the network " + label.network())
                .contains(label.passphrase());
        household.phoneJoins(label);
        return terminal;
    }

    private static void chooseMeer(OwnerTerminal terminal, String passphrase) throws Exception {
        terminal.type("");
        terminal.await("The number of your network");
        assertThat(terminal.screen()).contains("Meer");
        terminal.type("1");
        terminal.await("Passphrase of Meer");
        terminal.type(passphrase);
    }

    @Test
    void setsADeviceUpFromItsLabelAndNobodyFindsItAfterwards() throws Exception {
        try (RunningProcess tank = switchedOn()) {
            String told = tank.awaitLine(line -> line.startsWith("reachable"), PATIENCE);
            assertThat(told)
                    .contains(LISTENS_ON_ONE)
                    .contains("/" + OWN_ADDRESS + ":" + SetupPaths.PORT)
                    .doesNotContain("], ");
            try (OwnerTerminal terminal = beginAtHome()) {
                PortScan.Result during = scanned(household.phone(), OWN_ADDRESS);
                assertThat(during.isOnly(SetupPaths.PORT)).as("%s", during).isTrue();
                assertThat(listeningIn(tank)).hasSize(1);
                chooseMeer(terminal, Household.PASSPHRASE.secret());
                household.awaitPhoneOut();
                household.phoneJoinsHome();
                assertThat(terminal.awaitEnd()).as("%s", terminal.screen()).isZero();
                assertThat(terminal.screen())
                        .contains("The device " + serial() + " is yours.")
                        .doesNotContain(Household.PASSPHRASE.secret());
            }
            assertThat(firstReading().has("temperatureCelsius")).isTrue();
            assertNobodyFinds(tank);
        }
    }

    /** From outside, from inside, and by its own word: nothing listens, one channel is open. */
    private void assertNobodyFinds(RunningProcess tank) throws Exception {
        assertThat(household.hears(label)).isFalse();
        assertThat(household.device().ip("-o", "link")).doesNotContain("air", "station");
        assertThat(household.device().ip("-o", "address")).doesNotContain(OWN_ADDRESS);
        String address = household.deviceAddress();
        for (Namespace outside : List.of(household.phone(), household.router())) {
            PortScan.Result found = scanned(outside, address);
            assertThat(found.isNothing()).as("%s from %s", found, outside).isTrue();
        }
        tank.type("");
        assertThat(tank.awaitLine(line -> line.startsWith("listens"), PATIENCE))
                .isEqualTo("listens on []");
        assertThat(listeningIn(tank)).isEmpty();
        String device = administrator.device(serial()).path("id").asString();
        JsonNode reported = administrator.reported(device).path("listening");
        assertThat(reported.isArray()).isTrue();
        assertThat(reported).isEmpty();
        assertThat(KernelSockets.of(tank.processId()).connections())
                .containsExactly(household.server() + ":" + server.place().ports().channel());
    }

    private static List<String> listeningIn(RunningProcess tank) throws Exception {
        return KernelSockets.of(tank.processId()).listening();
    }

    private static PortScan.Result scanned(Namespace from, String address) throws Exception {
        return PortScan.from(from, InetAddress.ofLiteral(address));
    }

    private JsonNode firstReading() {
        String device = administrator.device(serial()).path("id").asString();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            List<JsonNode> readings = administrator.telemetry(device);
            if (!readings.isEmpty()) {
                return readings.getFirst().path("reading");
            }
        }
        throw new AssertionError(serial() + " has told nothing");
    }

    @Test
    void showsItsOwnerEachFailureAsItsOwn() throws Exception {
        try (RunningProcess tank = switchedOn()) {
            var _ = tank.awaitLine(line -> line.startsWith("reachable"), PATIENCE);
            assertThat(shownAfter("hush-hash", () -> {}))
                    .contains("The network did not take the passphrase", "takes 9 more tries");
            assertThat(shownAfter("hush-hush", household::cutInternet))
                    .contains("Its last attempt failed. The network did not take the passphrase")
                    .contains("the server cannot be reached from it", "takes 8 more tries");
            household.connectInternet();
            assertThat(shownAfter("hush-hush", () -> administrator.withdrawLabel(serial())))
                    .contains("The server did not take the ticket", "takes 7 more tries");
            administrator.enterLabel(product, label);
            assertThat(shownAfter("hush-hush", () -> {}, "--ssid", "Moor"))
                    .contains("does not hear the network", "takes 6 more tries");
        }
    }

    @FunctionalInterface
    private interface Mishap {
        void happens() throws Exception;
    }

    /** What the owner sees who tries, where something happens once the ticket is there. */
    private String shownAfter(String passphrase, Mishap mishap, String... more) throws Exception {
        try (OwnerTerminal terminal = beginAtHome(more)) {
            mishap.happens();
            if (more.length == 0) {
                chooseMeer(terminal, passphrase);
            } else {
                terminal.type("");
                terminal.await("Passphrase of");
                terminal.type(passphrase);
            }
            household.awaitPhoneOut();
            household.phoneJoins(label);
            assertThat(terminal.awaitEnd()).as("%s", terminal.screen()).isEqualTo(1);
            return terminal.screen().replaceAll("\\s+", " ");
        }
    }

    @Test
    void isWhereItWasAndTakesTheNextTryWhereverThePhoneIsLost() throws Exception {
        try (RunningProcess tank = switchedOn()) {
            var _ = tank.awaitLine(line -> line.startsWith("reachable"), PATIENCE);
            household.phoneJoins(label);
            try (RunningProcess phone =
                    RunningProcess.watch(
                            household
                                    .phone()
                                    .command(
                                            program(
                                                    PhoneProgram.class,
                                                    label.text(),
                                                    OWN_ADDRESS)))) {
                for (String step : List.of("connect", "report", "networks", "half")) {
                    assertThat(phone.ask(step, PATIENCE)).doesNotContain("failed");
                    household.phoneLosesTheLink();
                    assertThat(phone.ask("report", PATIENCE)).contains("failed");
                    household.phoneFindsTheLink(OWN_ADDRESS);
                    assertThat(phone.ask("report", PATIENCE)).isEqualTo("report: WAITING 10");
                }
                // It is told what is wrong, and nobody is there to be told so.
                assertThat(phone.ask("send " + request("hush-hash"), PATIENCE))
                        .isEqualTo("send: taken");
                household.awaitPhoneOut();
                household.phoneJoins(label);
                assertThat(phone.ask("report", PATIENCE)).isEqualTo("report: FAILED 9");
                // It is told what is right: the phone is gone, and the server knows that it came.
                assertThat(phone.ask("send " + request("hush-hush"), PATIENCE))
                        .isEqualTo("send: taken");
                household.phoneLosesTheLink();
                var _ = tank.awaitLine("agent Connected"::equals, PATIENCE);
                assertThat(phone.ask("follow", PATIENCE)).isEqualTo("follow: out of reach");
                assertThat(firstReading().has("temperatureCelsius")).isTrue();
                assertThat(listeningIn(tank)).isEmpty();
            }
        }
    }

    private String request(String passphrase) throws Exception {
        SetupRequest told =
                owners.request(owners.ticket(BOB, label).text(), OneNetworkRadio.PASSPHRASE);
        return Base64.getEncoder()
                .encodeToString(
                        new SetupRequest(
                                        Ssid.ofText("Meer"),
                                        new WifiPassphrase(passphrase),
                                        told.ticket(),
                                        told.server())
                                .toJson());
    }
}
