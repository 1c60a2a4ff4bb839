/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.DeviceAgent;
import dev.breakwater.testkit.canary.Canaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is inside TLS for whoever is there, with the server's key and the device's: nothing of what
 * is sealed, in either direction. What is not sealed it has, which shows that it would have seen.
 *
 * <p>{@code -Dbreakwater.messages} says how many of each kind.
 */
@Tag("system")
final class BrokenTlsTest {

    private static final String TANK = "TANK-0013";
    private static final int MESSAGES = Integer.getInteger("breakwater.messages", 5);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What an envelope adds to what it hides. */
    private static final int ENVELOPE_BYTES = 66;

    private static final int CANARY_BYTES = 24;

    /** The agent keeps 1,000 messages, and a device may publish a hundred in a second. */
    private static final int UNACKNOWLEDGED_MAX = 100;

    @TempDir Path directory;
    private final Canaries hidden = new Canaries();
    private final Canaries shownToServer = new Canaries();
    private final Canaries shownToDevice = new Canaries();
    private SealingTank tank;

    @BeforeEach
    void makeTank() throws Exception {
        tank = new SealingTank(Files.createDirectory(directory.resolve("device")));
    }

    @Test
    void showsNothingOfWhatIsSealedAndAllOfWhatIsNot() throws Exception {
        try (ServerProcess server = ServerProcess.start(ServerPlace.in(directory));
                Administrator administrator = Administrator.setUp(server);
                TlsRecorder recorder =
                        TlsRecorder.start(server, tank.slots(), directory.resolve("recorded"));
                SealingTank running = tank) {
            String product = administrator.createProduct("Coral tank");
            administrator.requireSealing(product);
            String code = administrator.createEnrollmentCode(product, List.of(TANK));
            DeviceAgent agent = running.start(server.provisioning(TANK, code), recorder.port());
            running.awaitKey(PATIENCE);
            assertThat(agent.flush(PATIENCE)).as("the tank's own key has arrived").isTrue();
            String device = administrator.device(TANK).path("id").asString();

            sealToServer(agent, administrator, device);
            sealToDevice(administrator, device);
            tellInClear(agent, administrator, device);

            assertThat(recorder.connections()).isPositive();
            judge(recorder);
        }
    }

    private void sealToServer(DeviceAgent agent, Administrator administrator, String device)
            throws Exception {
        List<String> readings = new ArrayList<>();
        List<String> events = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            String reading = hide("reading " + i);
            String event = hide("event " + i);
            // The type is not sealed: found in the recording, it says that the event passed there.
            String type = "alarm-%08d".formatted(i);
            shownToServer.lookFor("type of event " + i, type.getBytes(UTF_8));
            assertThat(agent.sealAndPublishTelemetry(note(reading))).isTrue();
            assertThat(agent.sealAndPublishEvent(type, note(event))).isTrue();
            readings.add(reading);
            events.add(event);
            if (readings.size() % (UNACKNOWLEDGED_MAX / 2) == 0) {
                assertThat(agent.flush(PATIENCE)).isTrue();
            }
        }
        assertThat(agent.flush(PATIENCE)).isTrue();
        assertThat(opened(administrator.telemetry(device), "reading"))
                .containsExactlyInAnyOrderElementsOf(readings);
        assertThat(opened(administrator.events(device), "event"))
                .containsExactlyInAnyOrderElementsOf(events);
    }

    private void sealToDevice(Administrator administrator, String device) {
        List<String> orders = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            String order = hide("command " + i);
            String id = administrator.sendCommand(device, "feed", note(order));
            // Likewise: the topic has the command's id.
            shownToDevice.lookFor("topic of command " + i, id.getBytes(UTF_8));
            JsonNode ended = administrator.awaitCommand(device, id, PATIENCE);
            assertThat(ended.path("state").asString()).isEqualTo("succeeded");
            assertThat(ended.at("/arguments/" + SealingTank.NOTE).asString()).isEqualTo(order);
            orders.add(order);
        }
        assertThat(tank.carriedOut()).isEqualTo(orders);
    }

    /** What nobody seals passes the same recorder, in the same forms. */
    private void tellInClear(DeviceAgent agent, Administrator administrator, String device)
            throws Exception {
        String reported = show(shownToServer, "reported state");
        agent.reportState(note(reported));
        String reading = show(shownToServer, "reading in clear");
        agent.publishTelemetry(note(reading));
        assertThat(agent.flush(PATIENCE)).isTrue();
        assertThat(administrator.reported(device).path(SealingTank.NOTE).asString())
                .isEqualTo(reported);
        // The server refuses it, but by then it has been inside TLS.
        assertThat(administrator.telemetry(device)).hasSize(MESSAGES);
        assertThat(administrator.refusals()).contains("payload-not-sealed");

        String wanted = show(shownToDevice, "desired state");
        administrator.desire(device, note(wanted));
        assertThat(tank.awaitDesired(PATIENCE)).isEqualTo(wanted);
    }

    private void judge(TlsRecorder recorder) throws IOException {
        long up = bytes(recorder.toServer());
        long down = bytes(recorder.toDevice());
        List<Canaries.Found> foundUp = hidden.search(recorder.toServer());
        List<Canaries.Found> foundDown = hidden.search(recorder.toDevice());
        Set<String> shownUp = names(shownToServer.search(recorder.toServer()));
        Set<String> shownDown = names(shownToDevice.search(recorder.toDevice()));
        say(
                "tls, from the device: %d sealed readings and %d sealed events, all read in clear through the API; %d of %d canaries in %d recorded bytes"
                        .formatted(MESSAGES, MESSAGES, foundUp.size(), hidden.size(), up));
        say(
                "tls, to the device: %d sealed commands, all carried out; %d of %d canaries in %d recorded bytes"
                        .formatted(MESSAGES, foundDown.size(), hidden.size(), down));
        say(
                "tls, control: of what is not sealed the same recording has %d of %d from the device and %d of %d to it"
                        .formatted(
                                shownUp.size(),
                                shownToServer.size(),
                                shownDown.size(),
                                shownToDevice.size()));
        assertThat(foundUp).isEmpty();
        assertThat(foundDown).isEmpty();
        assertThat(shownUp).hasSize(shownToServer.size());
        assertThat(shownDown).hasSize(shownToDevice.size());
        // There is room for every envelope: nothing has passed elsewhere.
        long envelopeBytesMin = CANARY_BYTES + ENVELOPE_BYTES;
        assertThat(up).isGreaterThan(2L * MESSAGES * envelopeBytesMin);
        assertThat(down).isGreaterThan(MESSAGES * envelopeBytesMin);
    }

    private static List<String> opened(List<JsonNode> items, String member) {
        assertThat(items).allMatch(item -> item.path("opened").asBoolean());
        return items.stream()
                .map(item -> item.path(member).path(SealingTank.NOTE).asString())
                .toList();
    }

    private String hide(String what) {
        return show(hidden, what);
    }

    private static String show(Canaries among, String what) {
        return new String(among.plant(what), UTF_8);
    }

    private static ObjectNode note(String text) {
        return Administrator.object().put(SealingTank.NOTE, text);
    }

    private static Set<String> names(List<Canaries.Found> found) {
        Set<String> names = new HashSet<>();
        found.forEach(one -> names.add(one.what()));
        return names;
    }

    private static long bytes(Path recordings) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(recordings)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static void say(String figure) {
        if (Boolean.getBoolean("breakwater.drill")) {
            System.out.println(figure);
        }
    }
}
