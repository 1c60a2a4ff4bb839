/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.update.offer.UpdateConsent;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import dev.breakwater.protocol.update.offer.UpdateStatus.Step;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.store.DatabaseLocation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people decide about rollouts: who is reached, who agrees, and what owners say. */
class RolloutPeopleTest {

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // each test begins with it
    private RolloutWorld world;

    private RolloutWorld world(RiskProfile risk) {
        world =
                new RolloutWorld(
                        new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db")), risk);
        return world;
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void waitsForTheSecondPersonWhereTheProfileSaysSo() {
        world(RiskProfile.CRITICAL);
        world.devices(1);
        Release release = world.publish("1.1", 2);
        assertThat(
                        world.proposed(
                                release, RolloutTarget.ALL, RolloutWorld.plan(1), Optional.empty()))
                .isInstanceOf(Rollouts.Outcome.NotPossible.class);
        RolloutId id = world.propose(release, RolloutWorld.plan(1));
        assertThat(world.rollout(id).state()).isEqualTo(RolloutState.PROPOSED);

        Rollouts rollouts = world.updates.rollouts();
        assertThat(rollouts.approve(world.organization, id, world.author, RolloutWorld.OPERATOR))
                .isInstanceOf(RolloutChange.NotPossible.class);
        MemberId second = MemberId.fresh();
        assertThat(rollouts.approve(world.organization, id, second, RolloutWorld.OPERATOR))
                .isInstanceOf(RolloutChange.Changed.class);
        assertThat(world.rollout(id).state()).isEqualTo(RolloutState.RUNNING);
        assertThat(world.rollout(id).approvals().given()).containsExactly(second);
    }

    @Test
    void asksTheOwnerAndOffersAgainWithTheWordGiven() throws Exception {
        world(RiskProfile.STANDARD);
        DeviceId device = world.devices(1).getFirst();
        world.connect(device);
        Release release = world.publish("1.1", 2);
        RolloutId id = world.propose(release, RolloutWorld.plan(1));
        world.work();
        assertThat(((UpdateOffer.Standing) world.told(device)).consent())
                .isEqualTo(UpdateConsent.OWNER);
        assertThat(world.says(device, id, Step.ASKING, 0)).isEmpty();
        OwnersDecisions owners = world.updates.owners();
        OwnersUpdate shown = owners.of(world.organization, device).orElseThrow();
        assertThat(shown.state()).isEqualTo(UpdateState.ASKING);
        assertThat(shown.postponableUntil()).contains(RolloutWorld.START.plus(Duration.ofDays(14)));

        assertThat(postponed(owners, device, id, Duration.ofDays(15)))
                .isInstanceOf(OwnersDecisions.Answer.NotSoLate.class);
        assertThat(postponed(owners, device, id, Duration.ofDays(1)))
                .isInstanceOf(OwnersDecisions.Answer.Taken.class);
        world.pass(Duration.ofDays(1));
        assertThat(((UpdateOffer.Standing) world.told(device)).consent())
                .isEqualTo(UpdateConsent.OWNER);
        assertThat(
                        owners.refuse(
                                world.organization,
                                device,
                                id,
                                event(AuditAction.DEVICE_UPDATE_REFUSED)))
                .isInstanceOf(OwnersDecisions.Answer.Taken.class);
        assertThat(world.state(device)).isEqualTo(UpdateState.REFUSED);
        assertThat(world.tallies(id).getFirst().failed()).isZero();

        for (int i = 0; i < 2; i++) {
            assertThat(
                            owners.approve(
                                    world.organization,
                                    device,
                                    id,
                                    event(AuditAction.DEVICE_UPDATE_APPROVED)))
                    .isInstanceOf(OwnersDecisions.Answer.Taken.class);
        }
        world.work();
        assertThat(((UpdateOffer.Standing) world.told(device)).consent())
                .isEqualTo(UpdateConsent.GIVEN);
        assertThat(
                        world
                                .fleet
                                .audit()
                                .entries(world.organization, Long.MAX_VALUE, 100)
                                .stream()
                                .filter(e -> e.action().equals("device-update.approved")))
                .hasSize(1);
    }

    @Test
    void saysWhoWouldBeReachedAndWhyOthersWouldNot() {
        world(RiskProfile.LOW);
        List<DeviceId> devices = world.devices(5);
        Release release = world.publish("1.1", 2);
        assertThat(world.runsFactory(devices.get(0), "rev-a")).isEmpty();
        assertThat(world.runsFactory(devices.get(1), "rev-x")).isEmpty();
        assertThat(world.runs(devices.get(2), release, true)).isEmpty();
        world.fleet.revoke(world.organization, devices.get(3));

        Rollouts.Preview preview =
                ((Rollouts.Outcome.Done<Rollouts.Preview>)
                                world.updates
                                        .rollouts()
                                        .preview(
                                                new Rollouts.Proposal(
                                                        world.organization,
                                                        world.product,
                                                        release.id(),
                                                        RolloutTarget.ALL,
                                                        RolloutWorld.plan(1),
                                                        RolloutWorld.OPERATOR,
                                                        Optional.of(world.author))))
                        .value();

        assertThat(preview.devices()).isEqualTo(2);
        assertThat(preview.waves()).containsExactly(1, 1);
        assertThat(preview.excluded())
                .extracting(Rollouts.Excluded::why, Rollouts.Excluded::devices)
                .containsExactlyInAnyOrder(
                        tuple(Selection.Exclusion.OTHER_HARDWARE, 1),
                        tuple(Selection.Exclusion.AS_NEW, 1),
                        tuple(Selection.Exclusion.NOT_ACTIVE, 1));
        RolloutId id = world.propose(release, RolloutWorld.plan(1));
        assertThat(world.tallies(id).stream().mapToInt(Tally::devices).sum()).isEqualTo(2);
        // A device has one release at a time.
        Release next = world.publish("1.2", 3);
        assertThat(
                        world.proposed(
                                next,
                                RolloutTarget.of(Set.of(new DeviceSerial("A-0"))),
                                RolloutWorld.plan(1),
                                Optional.of(world.author)))
                .isInstanceOf(Rollouts.Outcome.NotPossible.class);
    }

    private OwnersDecisions.Answer postponed(
            OwnersDecisions owners, DeviceId device, RolloutId id, Duration later) {
        return owners.postpone(
                world.organization,
                device,
                id,
                RolloutWorld.START.plus(later),
                event(AuditAction.DEVICE_UPDATE_POSTPONED));
    }

    private AuditEvent event(AuditAction action) {
        return AuditEvent.of(world.organization, RolloutWorld.OPERATOR, action, "device", Map.of());
    }
}
