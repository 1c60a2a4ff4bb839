/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.CommandRun;
import dev.breakwater.companion.DeviceSetup;
import dev.breakwater.companion.SetupResult;
import dev.breakwater.companion.account.Outcome;
import dev.breakwater.companion.account.Refusal;
import dev.breakwater.device.identity.PinnedTls;
import dev.breakwater.device.setup.SetupOutcome;
import dev.breakwater.protocol.setup.exchange.SetupFailure;
import dev.breakwater.protocol.setup.exchange.SetupPaths;
import dev.breakwater.protocol.setup.exchange.SetupState;
import dev.breakwater.protocol.setup.exchange.SetupTicket;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A device, its owner's app and a real server, from the printed label to the first reading. */
@Tag("system")
@Timeout(180)
final class SetUpByOwnerTest {

    private static final String PASSWORD = "kettle orbit walnut seven fjord";
    private static final String BOB = "bob@home.example";
    private static final String EVE = "eve@home.example";
    private static final Duration FOLLOW_MAX = Duration.ofSeconds(30);
    private static final int SET_UP_SECONDS_MAX = 10;
    private static final int STEPS_MAX = 5;

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
        administrator.join(EVE, PASSWORD);
        owners = new OwnersAtServer(server, PASSWORD);
    }

    @AfterAll
    static void stopServer() {
        administrator.close();
        server.close();
    }

    /** A device whose label its maker has entered. */
    private WaitingDevice device(String serial) throws Exception {
        WaitingDevice device = new WaitingDevice(directory, serial);
        administrator.enterLabel(product, device.label());
        return device;
    }

    @Test
    void goesFromTheLabelToTheFirstReadingInSecondsAndFewSteps() throws Exception {
        List<String> steps = new ArrayList<>();
        try (WaitingDevice device = device("TANK-0001")) {
            InetSocketAddress where = device.start();
            Path picture = device.picture(directory);
            Path phone = directory.resolve("phone");
            List<String> asked = new ArrayList<>();
            steps.add("log in, once per phone");
            logIn(phone, BOB);
            long scanned = System.nanoTime();
            steps.add("scan the label");
            CommandRun scan = app(phone, "", "scan", picture.toString(), "-o", "json");
            assertThat(json(scan).path("standing").asString()).isEqualTo("free");
            steps.add("join the device's network");
            steps.add("choose a network");
            steps.add("type its passphrase");
            CommandRun setUp =
                    ok(
                            CommandRun.answering(
                                    phone,
                                    asked,
                                    "1\n" + OneNetworkRadio.PASSPHRASE + "\n",
                                    setUp(picture, where)));
            assertThat(asked).containsExactly("The number of your network", "Passphrase of Meer");
            assertThat(setUp.err()).contains("is yours").doesNotContain("hush-hush");
            JsonNode told = firstReading(phone, "TANK-0001");
            double seconds = (System.nanoTime() - scanned) / 1e9;
            System.out.printf(
                    "From scan to first reading: %.1f s; the owner's steps: %d, %s%n",
                    seconds, steps.size(), steps);
            assertThat(told.path("temperature").asDouble()).isEqualTo(24.5);
            assertThat(seconds).isLessThanOrEqualTo(SET_UP_SECONDS_MAX);
            assertThat(steps).hasSizeLessThanOrEqualTo(STEPS_MAX);
            steersIt(phone);
            CommandRun owned = app(phone, "", "scan", picture.toString(), "-o", "json");
            assertThat(json(owned).path("standing").asString()).isEqualTo("owned");
            Path other = directory.resolve("other");
            logIn(other, EVE);
            CommandRun refused = CommandRun.answering(other, asked, "", setUp(picture, where));
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("belongs to somebody else");
            assertThat(app(other, "", "devices", "-o", "json").out()).doesNotContain("TANK-0001");
        }
    }

    private static void steersIt(Path phone) {
        CommandRun fed = app(phone, "", "command", "TANK-0001", "feed", "--wait", "10s");
        assertThat(fed.out()).contains("succeeded");
        assertThat(app(phone, "", "set", "TANK-0001", "brightness=70").out()).contains("70");
    }

    @Test
    void tellsTheAppWhateverIsWrongWithATicket() throws Exception {
        try (WaitingDevice device = device("TANK-0002");
                WaitingDevice neighbour = device("TANK-0003")) {
            DeviceSetup phone = new DeviceSetup(device.start(), device.label());
            String good = owners.ticket(BOB, device.label()).text();
            String[] parts = good.split("\\.", -1);
            assertThat(tried(phone, good.substring(0, good.length() - 8)))
                    .isEqualTo(new SetupResult.Failed(SetupFailure.SERVER_REFUSED, 9));
            parts[3] = (parts[3].charAt(0) == 'A' ? 'B' : 'A') + parts[3].substring(1);
            assertThat(tried(phone, String.join(".", parts)))
                    .isEqualTo(new SetupResult.Failed(SetupFailure.SERVER_REFUSED, 8));
            String neighbours = owners.ticket(BOB, neighbour.label()).text();
            assertThat(tried(phone, neighbours))
                    .isEqualTo(new SetupResult.Failed(SetupFailure.SERVER_REFUSED, 7));
            assertThat(tried(phone, good)).isEqualTo(new SetupResult.Done());
            assertThat(device.ended()).isInstanceOf(SetupOutcome.Done.class);
        }
        // Whose the altered ones were nobody can tell, so only the server's own log has them.
        assertThat(administrator.refusals()).contains("ticket-other-device");
    }

    @Test
    void takesATicketOnceAndAnOwnersFurtherOneForTheSameDevice() throws Exception {
        String used;
        String id;
        try (WaitingDevice device = device("TANK-0004")) {
            DeviceSetup phone = new DeviceSetup(device.start(), device.label());
            used = owners.ticket(BOB, device.label()).text();
            assertThat(tried(phone, used)).isEqualTo(new SetupResult.Done());
            var _ = device.ended();
            id = administrator.device("TANK-0004").path("id").asString();
        }
        try (WaitingDevice again = new WaitingDevice(directory, "TANK-0004")) {
            DeviceSetup phone = new DeviceSetup(again.start(), again.label());
            assertThat(tried(phone, used))
                    .isEqualTo(new SetupResult.Failed(SetupFailure.SERVER_REFUSED, 9));
            assertThat(administrator.refusals()).contains("ticket-used");
            assertThat(tried(phone, owners.ticket(BOB, again.label()).text()))
                    .isEqualTo(new SetupResult.Done());
            assertThat(administrator.device("TANK-0004").path("id").asString()).isEqualTo(id);
        }
    }

    @Test
    void tellsTheAppThatSomebodyElseWasFaster() throws Exception {
        SetupTicket eves;
        try (WaitingDevice device = device("TANK-0005")) {
            eves = owners.ticket(EVE, device.label());
            DeviceSetup phone = new DeviceSetup(device.start(), device.label());
            assertThat(tried(phone, owners.ticket(BOB, device.label()).text()))
                    .isEqualTo(new SetupResult.Done());
            var _ = device.ended();
        }
        try (WaitingDevice again = new WaitingDevice(directory, "TANK-0005")) {
            DeviceSetup other = new DeviceSetup(again.start(), again.label());
            assertThat(tried(other, eves.text()))
                    .isEqualTo(new SetupResult.Failed(SetupFailure.OWNED_BY_ANOTHER, 9));
        }
        assertThat(owners.asked(EVE, new WaitingDevice(directory, "TANK-0005").label()))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.refusal().kind())
                                        .isEqualTo(Refusal.Kind.OWNED_BY_ANOTHER));
    }

    /** A label of no maker's is told as that. */
    @Test
    void tellsTheAppThatNoMakerHasEnteredALabel() throws Exception {
        WaitingDevice stranger = new WaitingDevice(directory, "TANK-0006");
        assertThat(owners.asked(BOB, stranger.label()))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.refusal().kind())
                                        .isEqualTo(Refusal.Kind.LABEL_UNKNOWN));
    }

    @Test
    void succeedsAtTheNextTryWhereverThePhoneWasLost() throws Exception {
        try (WaitingDevice device = device("TANK-0007")) {
            InetSocketAddress where = device.start();
            DeviceSetup phone = new DeviceSetup(where, device.label());
            // Before it has asked anything.
            connect(where).close();
            // With the head of a request sent, and with half of a body.
            breaksOff(where, "GET " + SetupPaths.DEVICE + " HTTP/1.1\r\nHost: ");
            breaksOff(
                    where,
                    "POST "
                            + SetupPaths.SETUP
                            + " HTTP/1.1\r\nHost: "
                            + where.getAddress().getHostAddress()
                            + ":"
                            + where.getPort()
                            + "\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{\"ssid\"");
            // After the report, and after the networks: each request is a connection of its own.
            assertThat(phone.report().state()).isEqualTo(SetupState.WAITING);
            assertThat(phone.networks()).hasSize(1);
            // After it has told the device what turns out to be wrong.
            phone.send(owners.request(owners.ticket(BOB, device.label()).text(), "hush-hash"));
            awaitFailure(phone);
            // After it has told the device what is right: the server knows that it came.
            phone.send(
                    owners.request(
                            owners.ticket(BOB, device.label()).text(), OneNetworkRadio.PASSPHRASE));
            assertThat(device.ended()).isInstanceOf(SetupOutcome.Done.class);
            Path app = directory.resolve("phone");
            logIn(app, BOB);
            assertThat(firstReading(app, "TANK-0007").path("temperature").asDouble())
                    .isEqualTo(24.5);
        }
    }

    private static void awaitFailure(DeviceSetup phone) throws Exception {
        assertThat(phone.follow(FOLLOW_MAX))
                .isInstanceOfSatisfying(
                        SetupResult.Failed.class,
                        failed ->
                                assertThat(failed.why()).isEqualTo(SetupFailure.WRONG_PASSPHRASE));
    }

    private static SSLSocket connect(InetSocketAddress where) throws Exception {
        SSLSocket socket =
                (SSLSocket)
                        PinnedTls.provisional()
                                .getSocketFactory()
                                .createSocket(where.getAddress(), where.getPort());
        socket.setSoTimeout((int) WaitingDevice.PATIENCE.toMillis());
        return socket;
    }

    private static void breaksOff(InetSocketAddress where, String sent) throws Exception {
        try (SSLSocket socket = connect(where)) {
            OutputStream out = socket.getOutputStream();
            out.write(sent.getBytes(US_ASCII));
            out.flush();
        }
    }

    private static SetupResult tried(DeviceSetup phone, String ticket) throws Exception {
        phone.send(owners.request(ticket, OneNetworkRadio.PASSPHRASE));
        return phone.follow(FOLLOW_MAX);
    }

    private static String[] setUp(Path picture, InetSocketAddress where) {
        return new String[] {
            "app",
            "set-up",
            picture.toString(),
            "--at",
            where.getAddress().getHostAddress() + ":" + where.getPort(),
            "--enrollment-port",
            Integer.toString(server.place().ports().enrollment()),
            "--channel-port",
            Integer.toString(server.place().ports().channel())
        };
    }

    private static void logIn(Path phone, String email) {
        app(
                phone,
                PASSWORD + "\n",
                "login",
                email,
                "--server",
                server.api().toString(),
                "--root",
                server.root().toString());
    }

    /** What the owner sees of the device, as soon as it has told something. */
    private static JsonNode firstReading(Path phone, String serial) throws Exception {
        long deadline = System.nanoTime() + WaitingDevice.PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode shown = json(app(phone, "", "device", serial, "-o", "json"));
            JsonNode reading = shown.at("/readings/0/reading");
            if (!reading.isMissingNode()) {
                return reading;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError(serial + " has told nothing");
    }

    private static CommandRun app(Path phone, String typed, String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "app";
        System.arraycopy(words, 0, all, 1, words.length);
        return ok(CommandRun.answering(phone, new ArrayList<>(), typed, all));
    }

    private static CommandRun ok(CommandRun run) {
        assertThat(run.exitCode()).as("%s", run).isZero();
        return run;
    }

    private static JsonNode json(CommandRun run) {
        return JsonMapper.shared().readTree(run.out());
    }
}
