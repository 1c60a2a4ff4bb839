/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.event.DeviceEvent;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.RecordingSession;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What streams show, to whom, and where they go on; over real TLS. */
class EventStreamTest {

    private ApiServer server;
    private ApiClient owner;
    private OrganizationId organization;
    private DeviceId tank;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        owner = server.administrator("Reef & Sons");
        organization = OrganizationId.parse(owner.organization());
        tank = server.device(owner, "TANK-1");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String command(ApiClient client, DeviceId device) {
        return client.post("/devices/" + device + "/commands", "{\"name\":\"feed\"}").ok("id");
    }

    private void find(DeviceId device) {
        server.events.publish(
                organization,
                new DeviceEvent.Found(
                        Optional.of(device), UUID.randomUUID().toString(), "new-network", "open"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tellsOfEveryKindOverBothVersionsOfHttp(boolean http2) throws Exception {
        ApiClient client = http2 ? owner.overHttp2() : owner;
        try (EventReader reader = client.events("").begun()) {
            assertThat(reader.response().headers().firstValue("Content-Type"))
                    .hasValue("text/event-stream;charset=utf-8");
            assertThat(reader.response().version().name()).isEqualTo(http2 ? "HTTP_2" : "HTTP_1_1");

            owner.patch("/devices/" + tank + "/state/desired", "{\"lamp\":1}", "If-Match: *")
                    .has(200);
            EventReader.Seen state = reader.next("state");
            assertThat(state.text("device")).isEqualTo(tank.toString());
            assertThat(state.json().path("reportedVersion").asLong()).isZero();
            assertThat(state.json().path("desiredVersion").asLong()).isOne();

            String command = command(owner, tank);
            EventReader.Seen queued = reader.next("command");
            assertThat(queued.text("command")).isEqualTo(command);
            assertThat(queued.text("state")).isEqualTo("queued");
            owner.post("/devices/" + tank + "/commands/" + command + "/cancellation").has(200);
            assertThat(reader.next("command").text("state")).isEqualTo("cancelled");

            RecordingSession session = new RecordingSession(tank, organization);
            server.sessions.attach(session);
            assertThat(reader.next("device").text("change")).isEqualTo("connected");
            server.sessions.close(tank, FarewellReason.SERVER_STOPPING);
            assertThat(reader.next("device").text("change")).isEqualTo("disconnected");

            find(tank);
            assertThat(reader.next("finding").text("what")).isEqualTo("new-network");

            owner.post("/devices/" + tank + "/suspension", "{\"reason\":\"a test\"}").has(200);
            EventReader.Seen status = reader.next("device");
            assertThat(status.text("change")).isEqualTo("status");
            assertThat(status.text("status")).isEqualTo("suspended");
            assertThat(status.json().path("version").asLong()).isPositive();
        }
    }

    @Test
    void showsTheKindsAndTheDeviceThatWereAskedForAndNoOthers() throws Exception {
        DeviceId other = server.device(owner, "TANK-2");
        try (EventReader commands = owner.events("?kinds=command,finding").begun();
                EventReader ofOther = owner.events("?device=" + other).begun()) {
            server.sessions.attach(new RecordingSession(tank, organization));
            String first = command(owner, tank);
            String second = command(owner, other);
            find(other);

            assertThat(commands.next("command").text("command")).isEqualTo(first);
            assertThat(commands.next("command").text("command")).isEqualTo(second);
            commands.next("finding");
            assertThat(ofOther.next("command").text("command")).isEqualTo(second);
            ofOther.next("finding");
        }
    }

    @Test
    void refusesAFilterThatIsNone() {
        assertThat(owner.get("/events?kinds=weather").has(400).problem())
                .isEqualTo("parameter-refused");
        assertThat(owner.get("/events?device=" + DeviceId.fresh()).has(404).problem())
                .isEqualTo("not-found");
        owner.get("/events?device=" + tank + "&device=" + tank).has(400);
        assertThat(owner.get("/events", "Last-Event-ID: 7").has(400).problem())
                .isEqualTo("header-refused");
    }

    @Test
    void goesOnWhereTheReaderStoppedAndShowsNothingTwice() throws Exception {
        String resumption;
        try (EventReader reader = owner.events("").begun()) {
            String first = command(owner, tank);
            assertThat(reader.next("command").text("command")).isEqualTo(first);
            resumption = reader.resumption();
        }
        String missed = command(owner, tank);
        String missedToo = command(owner, tank);
        try (EventReader reader = owner.events("", resumption).begun()) {
            assertThat(reader.next("command").text("command")).isEqualTo(missed);
            assertThat(reader.next("command").text("command")).isEqualTo(missedToo);
            String live = command(owner, tank);
            assertThat(reader.next("command").text("command")).isEqualTo(live);
        }
    }

    @Test
    void tellsWhoeverComesWithAnUnknownPlaceToReadAnew() throws Exception {
        try (EventReader reader = owner.events("", "Last-Event-ID: 0123456789abcdef-7").read()) {
            EventReader.Seen reset = reader.next("reset");
            assertThat(reset.text("reason")).isEqualTo("unknown-id");
            String first = command(owner, tank);
            assertThat(reader.next("command").text("command")).isEqualTo(first);
            assertThat(reader.resumption()).doesNotContain("0123456789abcdef");
        }
    }

    @Test
    void showsNothingOfAnotherOrganization() throws Exception {
        ApiClient stranger = server.administrator("Stranger");
        DeviceId foreign = server.device(stranger, "FOREIGN");
        try (EventReader reader = owner.events("").begun();
                EventReader strangers = stranger.events("").begun()) {
            String theirs = command(stranger, foreign);
            assertThat(strangers.next("command").text("command")).isEqualTo(theirs);
            String ours = command(owner, tank);
            assertThat(reader.next("command").text("command")).isEqualTo(ours);
        }
        assertThat(owner.get("/events?device=" + foreign).has(404).problem())
                .isEqualTo("not-found");
    }

    @Test
    void showsADeviceOwnerTheirDevicesAndNoOthersFromOneEventToTheNext() throws Exception {
        DeviceId other = server.device(owner, "TANK-2");
        String member = server.member(owner, "kim@reef.example", "device-owner");
        String entry = "{\"memberId\":\"" + member + "\"}";
        owner.post("/devices/" + tank + "/owners", entry).has(201);
        ApiClient kim = server.with(server.logIn("kim@reef.example").ok("accessToken"));
        assertThat(kim.get("/events?device=" + other).has(404).problem()).isEqualTo("not-found");
        try (EventReader reader = kim.events("").begun()) {
            command(owner, other);
            server.events.publish(
                    organization,
                    new DeviceEvent.Found(
                            Optional.empty(), UUID.randomUUID().toString(), "odd", "open"));
            String own = command(owner, tank);
            assertThat(reader.next("command").text("command")).isEqualTo(own);

            owner.delete("/devices/" + tank + "/owners/" + member).has(204);
            owner.post("/devices/" + other + "/owners", entry).has(201);
            command(owner, tank);
            String later = command(owner, other);
            assertThat(reader.next("command").text("command")).isEqualTo(later);
        }
    }

    @Test
    void breaksOffInsteadOfShowingWhatIsNotInTheContract() throws Exception {
        try (EventReader reader = owner.events("").begun()) {
            server.events.publish(
                    organization,
                    new DeviceEvent.Found(
                            Optional.of(tank), UUID.randomUUID().toString(), "No Word", "open"));
            assertThat(reader.next().name()).isEqualTo("broken");
        }
        assertThat(server.events.listeners()).isZero();
    }

    @Test
    void answersAHeadAndKeepsNoPlace() {
        assertThat(owner.send("HEAD", "/events", null, null).has(200).header("Content-Type"))
                .isEqualTo("text/event-stream;charset=utf-8");
        assertThat(server.events.listeners()).isZero();
    }
}
