/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.release.Release;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.tag.DeviceTag;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts for devices that operators have tagged, from preview to end. */
class RolloutByTagTest {

    @TempDir Path directory;
    private RolloutWorld world;
    private List<DeviceId> devices;
    private Release release;

    @BeforeEach
    void open() {
        world =
                new RolloutWorld(
                        new DatabaseLocation.SqliteFile(directory.resolve("breakwater.db")),
                        RiskProfile.LOW);
        devices = world.devices(6);
        release = world.publish("1.1", 2);
        tag(0, "beta", "site=berlin");
        tag(1, "beta", "site=kiel");
        tag(2, "beta");
        tag(3, "site=berlin");
        tag(4, "betas");
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void reachesThoseThatAreTaggedAndNobodyElse() throws Exception {
        devices.forEach(world::connect);
        RolloutId id = propose(tagged(Set.of("beta"), Set.of()));
        world.work();
        // Who is in it is settled: what is tagged now comes too late.
        tag(5, "beta");
        tag(2, "site=kiel");
        List<DeviceId> inOrder =
                world.store().places(world.organization, id, Optional.empty(), -1, 100).stream()
                        .map(DevicePlace::device)
                        .toList();
        assertThat(inOrder).containsExactlyInAnyOrderElementsOf(devices.subList(0, 3));
        for (DeviceId device : inOrder) {
            world.update(device, id, release);
            world.work();
        }

        assertThat(world.rollout(id).state()).isEqualTo(RolloutState.COMPLETED);
        assertThat(world.tallies(id).stream().mapToInt(Tally::confirmed).sum()).isEqualTo(3);
        for (int i : List.of(3, 4, 5)) {
            assertThat(world.wasTold(devices.get(i))).isFalse();
            assertThat(world.fleet.livePlaces(devices.get(i))).isZero();
        }
    }

    @Test
    void saysHowManyAndWhichAndWhyTheOthersNot() {
        Rollouts.Preview preview = preview(tagged(Set.of("beta"), Set.of("site=kiel", "site=ulm")));

        assertThat(preview.devices()).isEqualTo(1);
        assertThat(serials(preview.first())).containsExactly("A-1");
        assertThat(preview.excluded())
                .extracting(Rollouts.Excluded::why, Rollouts.Excluded::words)
                .containsExactly(
                        tuple(
                                Selection.Exclusion.NOT_TAGGED,
                                "it is not tagged beta and (site=kiel or site=ulm)"));
        assertThat(preview.excluded().getFirst().devices()).isEqualTo(5);
        assertThat(serials(preview.excluded().getFirst().examples()))
                .containsExactly("A-0", "A-2", "A-3", "A-4", "A-5");
    }

    @Test
    void takesAllOfOneKindAndAnyOfTheOther() {
        assertThat(reached(tagged(Set.of("beta"), Set.of()))).containsOnly("A-0", "A-1", "A-2");
        assertThat(reached(tagged(Set.of("beta", "site=berlin"), Set.of()))).containsOnly("A-0");
        assertThat(reached(tagged(Set.of(), Set.of("site=berlin", "site=kiel"))))
                .containsOnly("A-0", "A-1", "A-3");
        assertThat(reached(tagged(Set.of("site=hamburg"), Set.of()))).isEmpty();
    }

    @Test
    void restrictsTogetherWithVersionsSerialsAndALot() {
        assertThat(world.runsFactory(devices.get(0), "rev-a")).isEmpty();
        TagCondition beta = condition(Set.of("beta"), Set.of());
        assertThat(reached(new RolloutTarget(Set.of("1.0"), Set.of(), beta, Optional.empty())))
                .containsOnly("A-0");
        Set<DeviceSerial> listed = Set.of(new DeviceSerial("A-1"), new DeviceSerial("A-3"));
        Rollouts.Preview both =
                preview(new RolloutTarget(Set.of(), listed, beta, Optional.empty()));
        assertThat(serials(both.first())).containsExactly("A-1");
        assertThat(both.excluded())
                .extracting(Rollouts.Excluded::why, Rollouts.Excluded::devices)
                .containsExactly(
                        tuple(Selection.Exclusion.NOT_LISTED, 4),
                        tuple(Selection.Exclusion.NOT_TAGGED, 1));
        Rollouts.Preview drawn =
                preview(new RolloutTarget(Set.of(), Set.of(), beta, Optional.of(new Share(3_400))));
        assertThat(drawn.devices()).isEqualTo(2);
        assertThat(drawn.excluded())
                .extracting(Rollouts.Excluded::why, Rollouts.Excluded::devices)
                .containsExactly(
                        tuple(Selection.Exclusion.NOT_TAGGED, 3),
                        tuple(Selection.Exclusion.NOT_DRAWN, 1));
    }

    @Test
    void refusesARolloutForATagThatNobodyHas() {
        assertThat(
                        world.proposed(
                                release,
                                tagged(Set.of("site=hamburg"), Set.of()),
                                RolloutWorld.plan(1),
                                Optional.of(world.author)))
                .isEqualTo(
                        new Rollouts.Outcome.NotPossible<>(
                                "The rollout would reach no device; a preview says why."));
    }

    @Test
    void remembersForWhomItWas() {
        RolloutTarget target =
                new RolloutTarget(
                        Set.of(),
                        Set.of(),
                        condition(Set.of("beta"), Set.of("site=berlin", "site=kiel")),
                        Optional.of(Share.ALL));
        RolloutId id = propose(target);
        world.restart();
        assertThat(world.store().target(world.organization, id)).contains(target);
        assertThat(world.fleet.audit().entries(world.organization, Long.MAX_VALUE, 20))
                .filteredOn(entry -> entry.action().equals("rollout.proposed"))
                .extracting(entry -> entry.details().get("target"))
                .containsExactly(
                        "{\"tags\":{\"all\":[\"beta\"],\"any\":[\"site=berlin\",\"site=kiel\"]},\"percent\":100}");
    }

    private void tag(int device, String... tags) {
        var _ =
                world.fleet
                        .tags()
                        .replace(
                                world.organization,
                                devices.get(device),
                                tags(Set.of(tags)),
                                Optional.empty(),
                                RolloutWorld.OPERATOR);
    }

    private RolloutId propose(RolloutTarget target) {
        Rollouts.Outcome<RolloutEntry> outcome =
                world.proposed(release, target, RolloutWorld.plan(1), Optional.of(world.author));
        assertThat(outcome).isInstanceOf(Rollouts.Outcome.Done.class);
        return ((Rollouts.Outcome.Done<RolloutEntry>) outcome).value().id();
    }

    private Rollouts.Preview preview(RolloutTarget target) {
        return ((Rollouts.Outcome.Done<Rollouts.Preview>)
                        world.updates
                                .rollouts()
                                .preview(
                                        new Rollouts.Proposal(
                                                world.organization,
                                                world.product,
                                                release.id(),
                                                target,
                                                RolloutWorld.plan(1),
                                                RolloutWorld.OPERATOR,
                                                Optional.of(world.author))))
                .value();
    }

    private List<String> reached(RolloutTarget target) {
        return serials(preview(target).first());
    }

    private static List<String> serials(List<Device> devices) {
        return devices.stream().map(device -> device.serial().text()).toList();
    }

    private static RolloutTarget tagged(Set<String> all, Set<String> any) {
        return RolloutTarget.of(condition(all, any));
    }

    private static TagCondition condition(Set<String> all, Set<String> any) {
        return new TagCondition(tags(all), tags(any));
    }

    private static Set<DeviceTag> tags(Set<String> texts) {
        return texts.stream().map(DeviceTag::new).collect(Collectors.toSet());
    }
}
