/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.rollout.RolloutId;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What streams show of rollouts, and to whom; over real TLS. */
@Timeout(120)
class RolloutEventsTest {

    private ApiServer server;
    private OfferedUpdates offered;
    private ApiClient maker;
    private OrganizationId organization;
    private DeviceId tank;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        offered = new OfferedUpdates(server);
        maker = server.administrator("Reef & Sons");
        organization = OrganizationId.parse(maker.organization());
        tank = server.device(maker, "TANK-1");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void rollout(RolloutId rollout, String what) {
        maker.post("/rollouts/" + rollout + "/" + what, "{\"reason\":\"lunch\"}").has(200);
    }

    private static EventReader.Seen next(EventReader reader, String change) throws Exception {
        EventReader.Seen seen = reader.next("rollout");
        assertThat(seen.text("change")).isEqualTo(change);
        return seen;
    }

    @Test
    void tellsWhatARolloutDoesAndThatAllWereStopped() throws Exception {
        try (EventReader reader = maker.events("?kinds=rollout,update").begun()) {
            RolloutId id = offered.proposed(organization, tank, "1.1", false);
            EventReader.Seen proposed = next(reader, "proposed");
            assertThat(proposed.text("rollout")).isEqualTo(id.toString());
            assertThat(proposed.text("state")).isEqualTo("running");
            rollout(id, "pause");
            EventReader.Seen paused = next(reader, "paused");
            assertThat(paused.text("state")).isEqualTo("paused");
            assertThat(paused.text("reason")).isEqualTo("lunch");
            maker.post("/rollouts/" + id + "/resumption", "").has(200);
            next(reader, "resumed");
            maker.put("/update-stop", "{\"reason\":\"fire\"}").has(200);
            assertThat(next(reader, "all-stopped").json().has("rollout")).isFalse();
            maker.delete("/update-stop").has(204);
            next(reader, "all-allowed");
            rollout(id, "abortion");
            assertThat(next(reader, "aborted").text("state")).isEqualTo("aborted");
        }
    }

    @Test
    void tellsTheStepsOfDevicesToWhoeverFollowsTheirRolloutOrThem() throws Exception {
        DeviceId other = server.device(maker, "TANK-2");
        RolloutId id = offered.proposed(organization, tank, "1.1", false);
        RolloutId ofOther = offered.proposed(organization, other, "1.2", false);
        try (EventReader of = maker.events("?rollout=" + id + "&kinds=update").begun();
                EventReader device = maker.events("?device=" + other + "&kinds=update").begun();
                EventReader all = maker.events("?kinds=rollout,update").begun()) {
            offered.offer(organization, ofOther, other);
            offered.offer(organization, id, tank);
            offered.begin(organization, id, tank);

            EventReader.Seen step = of.next("update");
            assertThat(step.text("device")).isEqualTo(tank.toString());
            assertThat(step.text("rollout")).isEqualTo(id.toString());
            assertThat(step.text("state")).isEqualTo("offered");
            assertThat(of.next("update").text("state")).isEqualTo("installing");
            assertThat(device.next("update").text("device")).isEqualTo(other.toString());
            // Who follows nothing hears that they go on.
            assertThat(next(all, "progress").text("rollout")).isEqualTo(ofOther.toString());
            assertThat(next(all, "progress").text("rollout")).isEqualTo(id.toString());
        }
    }

    @Test
    void showsAnOwnerNothingOfThemAndNobodyThoseOfOthers() throws Exception {
        RolloutId id = offered.proposed(organization, tank, "1.1", false);
        String pat = server.member(maker, "pat@reef.example", "device-owner");
        maker.post("/devices/" + tank + "/owners", "{\"memberId\":\"" + pat + "\"}").has(201);
        ApiClient owner = server.with(server.logIn("pat@reef.example").ok("accessToken"));
        ApiClient stranger = server.administrator("Other Reef");

        for (ApiClient who : new ApiClient[] {owner, stranger}) {
            assertThat(who.get("/events?rollout=" + id).has(404).problem()).isEqualTo("not-found");
        }
        assertThat(maker.get("/events?rollout=" + RolloutId.fresh()).has(404).problem())
                .isEqualTo("not-found");
        maker.get("/events?rollout=1").has(400);
        try (EventReader reader = owner.events("?device=" + tank).begun();
                EventReader elsewhere = stranger.events("").begun()) {
            rollout(id, "pause");
            offered.refuse(organization, id, tank);
            maker.patch("/devices/" + tank + "/state/desired", "{\"lamp\":1}", "If-Match: *")
                    .has(200);
            // The first thing that they hear is none of it.
            assertThat(reader.next("state").text("device")).isEqualTo(tank.toString());
            DeviceId theirs = server.device(stranger, "TANK-9");
            stranger.patch("/devices/" + theirs + "/state/desired", "{}", "If-Match: *").has(200);
            stranger.patch("/devices/" + theirs + "/state/desired", "{\"lamp\":2}", "If-Match: *")
                    .has(200);
            assertThat(elsewhere.next("state").text("device")).isEqualTo(theirs.toString());
        }
    }
}
