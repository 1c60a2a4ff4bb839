/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.Connect;
import dev.breakwater.protocol.mqtt.Disconnect;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.rollout.DevicePlace;
import dev.breakwater.server.rollout.RolloutEntry;
import dev.breakwater.server.rollout.RolloutId;
import dev.breakwater.server.rollout.RolloutPlan;
import dev.breakwater.server.rollout.RolloutStore;
import dev.breakwater.server.rollout.RolloutTarget;
import dev.breakwater.server.rollout.Rollouts;
import dev.breakwater.server.rollout.UpdateState;
import dev.breakwater.server.store.SqlRolloutStore;
import dev.breakwater.server.store.StoredReleases;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an admitted device may say about its update, and others', over the real channel: it lies
 * about progress, success and whose rollout it is, and nothing comes of it but a refusal.
 */
@Timeout(60)
class UpdateStatusOnChannelTest {

    private StoredScene scene;
    private RawDevice tank;
    private Release release;
    private RolloutId rollout;
    private int packetId = 1;

    @BeforeEach
    void isOffered(@TempDir Path directory) throws Exception {
        scene = new StoredScene(directory);
        scene.updates.start();
        release = published(scene.world.organization, scene.world.product, 2);
        StoredReleases.keep(scene.world.database, release);
        tank = scene.dial(MqttVersion.V5);
        tank.send(new Connect(MqttVersion.V5, true, 60, ""));
        assertThat(((ConnAck) tank.receive()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        says(running("", "1.0", 1, "rev-a", true), ReasonCode.SUCCESS);
        rollout = proposed(release, "tank-1");
        KeptSessionScene.subscribe(tank, QualityOfService.AT_LEAST_ONCE);
        ByteBuffer offer = ((Publish) tank.receive()).payload();
        byte[] json = new byte[offer.remaining()];
        offer.get(json);
        assertThat(UpdateOffer.parse(json)).isInstanceOf(UpdateOffer.Standing.class);
        assertThat(place().update().state()).isEqualTo(UpdateState.OFFERED);
    }

    @AfterEach
    void stop() throws Exception {
        tank.close();
        scene.close();
    }

    private Release published(OrganizationId organization, ProductId product, long counter) {
        return scene.releases.publish(organization, product, "1." + (counter - 1), counter, false);
    }

    private RolloutId proposed(Release of, String serial) {
        Rollouts.Outcome<RolloutEntry> outcome =
                scene.updates
                        .rollouts()
                        .propose(
                                new Rollouts.Proposal(
                                        of.organization(),
                                        of.product(),
                                        of.id(),
                                        RolloutTarget.of(Set.of(new DeviceSerial(serial))),
                                        RolloutPlan.USUAL,
                                        EnrollmentWorld.OPERATOR,
                                        Optional.of(MemberId.fresh())));
        return ((Rollouts.Outcome.Done<RolloutEntry>) outcome).value().id();
    }

    private RolloutStore store() {
        return new SqlRolloutStore(scene.world.database, scene.world.audit, scene.world.clock);
    }

    private DevicePlace place() {
        return place(scene.world.organization, scene.tank.id());
    }

    private DevicePlace place(OrganizationId organization, DeviceId device) {
        return store().standing(organization, device).orElseThrow().place();
    }

    private static String progress(Object of, String state, int percent) {
        return "{\"rollout\":\"%s\",\"state\":\"%s\",\"percent\":%d}".formatted(of, state, percent);
    }

    private static String running(
            String sha256, String version, long counter, String hardware, boolean healthy) {
        return "{\"state\":\"running\",%s\"version\":\"%s\",\"counter\":%d,\"hardware\":\"%s\",\"healthy\":%s}"
                .formatted(
                        sha256.isEmpty() ? "" : "\"sha256\":\"" + sha256 + "\",",
                        version,
                        counter,
                        hardware,
                        healthy);
    }

    private void says(String status, ReasonCode answer) throws IOException {
        packetId++;
        tank.send(
                Publish.atLeastOnce(
                        packetId, TopicName.of(Topics.UPDATE_STATUS), status.getBytes(UTF_8)));
        assertThat(((PubAck) tank.receive()).reasonCode()).as(status).isEqualTo(answer);
    }

    /** Refused, with all four parts, and nothing has changed; why, in the operator's words. */
    private String isRefused(String status) throws Exception {
        DevicePlace before = place();
        double counted = scene.world.refused("channel", RefusalReason.PAYLOAD_REFUSED);
        says(status, ReasonCode.PAYLOAD_FORMAT_INVALID);
        var refusal = scene.world.nextRefusal();
        assertThat(refusal.action()).isEqualTo("channel.refused");
        assertThat(refusal.actor()).hasToString("device:" + scene.tank.id());
        assertThat(refusal.details()).containsEntry("topic", Topics.UPDATE_STATUS);
        assertThat(scene.world.refused("channel", RefusalReason.PAYLOAD_REFUSED))
                .isEqualTo(counted + 1);
        assertThat(place()).isEqualTo(before);
        return String.valueOf(refusal.details().get("why"));
    }

    @Test
    void refusesProgressBackwards() throws Exception {
        says(progress(rollout, "writing", 50), ReasonCode.SUCCESS);

        assertThat(isRefused(progress(rollout, "writing", 49))).contains("installing", "writing");
        isRefused(progress(rollout, "downloading", 99));
        isRefused(progress(rollout, "asking", 0));
        says(progress(rollout, "restarting", 100), ReasonCode.SUCCESS);
        isRefused(progress(rollout, "writing", 100));
    }

    @Test
    void believesNoSuccessWithoutAnInstallation() throws Exception {
        String hash = release.hash().hex();
        assertThat(isRefused(running(hash, "1.1", 3, "rev-a", true))).contains("counter 2");
        assertThat(isRefused(running(hash, "1.7", 2, "rev-a", true))).contains("1.7");
        assertThat(isRefused(running(hash, "1.1", 2, "rev-x", true))).contains("rev-x");
        // None of it was kept: what it last said is what it left the factory with.
        assertThat(store().running(scene.world.organization, scene.tank.id()).orElseThrow().hash())
                .isEmpty();
        // The end of an attempt that was never begun, or of one that somebody else ended.
        isRefused(progress(rollout, "reverted", 0));
        says(progress(rollout, "restarting", 100), ReasonCode.SUCCESS);
        isRefused(running(hash, "1.1", 3, "rev-a", true));
        says(running(hash, "1.1", 2, "rev-a", false), ReasonCode.SUCCESS);
        assertThat(place().update().state()).isEqualTo(UpdateState.TRYING);

        says(running(hash, "1.1", 2, "rev-a", true), ReasonCode.SUCCESS);
        assertThat(place().update().state()).isEqualTo(UpdateState.CONFIRMED);
        isRefused(progress(rollout, "downloading", 1));
    }

    @Test
    void answersTheSameForEveryRolloutThatIsNotTheDevices() throws Exception {
        Enrolled other = scene.world.enrolled("tank-2");
        RolloutId ofOther =
                proposed(published(scene.world.organization, scene.world.product, 3), "tank-2");
        Enrolled elsewhere = scene.world.enrolledElsewhere("tank-9");
        ProductId product =
                scene.world
                        .devices
                        .device(elsewhere.organization(), elsewhere.id())
                        .orElseThrow()
                        .product();
        RolloutId ofElsewhere = proposed(published(elsewhere.organization(), product, 4), "tank-9");
        DevicePlace theirs = place(scene.world.organization, other.id());
        DevicePlace strangers = place(elsewhere.organization(), elsewhere.id());

        String unknown = isRefused(progress(RolloutId.fresh(), "downloading", 1));
        for (RolloutId foreign : List.of(ofOther, ofElsewhere)) {
            for (String state : List.of("downloading", "failed", "reverted", "ineligible")) {
                assertThat(isRefused(progress(foreign, state, 1))).isEqualTo(unknown);
            }
        }

        assertThat(place(scene.world.organization, other.id())).isEqualTo(theirs);
        assertThat(place(elsewhere.organization(), elsewhere.id())).isEqualTo(strangers);
    }

    @Test
    void isNoSuccessToRunTheReleaseOfARolloutThatItIsNotIn() throws Exception {
        Enrolled other = scene.world.enrolled("tank-2");
        Release next = published(scene.world.organization, scene.world.product, 3);
        RolloutId ofOther = proposed(next, "tank-2");

        says(running(next.hash().hex(), "1.2", 3, "rev-a", true), ReasonCode.SUCCESS);

        assertThat(place().update().state()).isEqualTo(UpdateState.OFFERED);
        assertThat(place(scene.world.organization, other.id()).update().state())
                .isEqualTo(UpdateState.WAITING);
        assertThat(store().tallies(scene.world.organization, ofOther).getFirst().confirmed())
                .isZero();
    }

    @Test
    void refusesWhatIsNoStatus() throws Exception {
        String id = rollout.toString();
        for (String text :
                List.of(
                        "",
                        "[]",
                        "null",
                        "{\"state\":\"running\"}",
                        progress(id, "downloading", 101),
                        progress(id, "downloading", -1),
                        progress(id, "confirmed", 1),
                        progress(id, "DOWNLOADING", 1),
                        progress("../" + id, "downloading", 1),
                        progress(id, "downloading", 1).replace("{", "{\"more\":1,"),
                        progress(id, "downloading", 1).replace("{", "{\"percent\":2,"),
                        progress(id, "downloading", 1)
                                .replace("{", "{\"rollout\":\"" + RolloutId.fresh() + "\","),
                        progress(id, "downloading", 1) + "{}",
                        progress(id, "failed", 1)
                                .replace("}", ",\"reason\":\"" + "x".repeat(257) + "\"}"),
                        progress(id, "failed", 1).replace("}", ",\"reason\":\"a\\u0000b\"}"),
                        running("z".repeat(64), "1.1", 2, "rev-a", true),
                        running("", "1.1", -1, "rev-a", true),
                        running("", "1.1", 2, "rev a", true),
                        progress(id, "downloading", 1).replace("}", " ".repeat(130_000) + "}"))) {
            isRefused(text);
        }
    }

    @Test
    void losesItsConnectionForAStatusOfAMegabyte() throws Exception {
        DevicePlace before = place();
        tank.send(
                Publish.atLeastOnce(99, TopicName.of(Topics.UPDATE_STATUS), new byte[1024 * 1024]));

        MqttPacket farewell = tank.receive();
        assertThat(((Disconnect) farewell).reasonCode()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
        assertThat(place()).isEqualTo(before);
        assertThat(scene.world.nextRefusal().action()).isEqualTo("channel.refused");
    }
}
