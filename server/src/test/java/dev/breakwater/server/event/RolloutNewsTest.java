/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.ReleaseHash;
import dev.breakwater.server.release.ReleaseId;
import dev.breakwater.server.rollout.Approvals;
import dev.breakwater.server.rollout.Rollout;
import dev.breakwater.server.rollout.RolloutEntry;
import dev.breakwater.server.rollout.RolloutId;
import dev.breakwater.server.rollout.RolloutPlan;
import dev.breakwater.server.rollout.UpdateState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RolloutNewsTest {

    private static final int FLEET = 10_000;

    private final AtomicLong nanos = new AtomicLong();
    private final EventFeed feed = new EventFeed(Limits.defaults(), nanos::get);
    private final RolloutNews news = new RolloutNews(feed);
    private final OrganizationId reef = OrganizationId.fresh();
    private final RolloutEntry rollout = rollout(reef);

    private static RolloutEntry rollout(OrganizationId organization) {
        return new RolloutEntry(
                Rollout.propose(
                        RolloutId.fresh(),
                        organization,
                        ProductId.fresh(),
                        new ReleaseHash("a".repeat(64)),
                        RolloutPlan.USUAL,
                        Approvals.proposedBy(MemberId.fresh(), Approvals.ONE_PERSON)),
                new RolloutEntry.Installed(ReleaseId.fresh(), "1.1", 2, false),
                "one",
                Instant.EPOCH,
                1);
    }

    private EventCursor listen(Optional<?> follows) {
        return ((Listening.Begun)
                        feed.listen(reef, new Actor.Person("kim"), follows, Optional.empty()))
                .cursor();
    }

    private void aFleetGoesOn() {
        for (int i = 0; i < FLEET; i++) {
            DeviceId device = DeviceId.fresh();
            news.stepped(rollout, device, UpdateState.WAITING, UpdateState.OFFERED);
            news.stepped(rollout, device, UpdateState.OFFERED, UpdateState.INSTALLING);
            // So it is for each percent that is told.
            news.stepped(rollout, device, UpdateState.INSTALLING, UpdateState.INSTALLING);
        }
    }

    private static List<DeviceEvent> next(EventCursor cursor, Duration atMost) throws Exception {
        return cursor.await(atMost) instanceof EventCursor.News.Events(_, var events)
                ? events
                : List.of();
    }

    @Test
    void tellsOfAFleetNoFasterThanPeopleReadAndNothingIsLeftUntold() throws Exception {
        try (EventCursor cursor = listen(Optional.empty())) {
            long began = System.nanoTime();
            aFleetGoesOn();
            List<DeviceEvent> told = new ArrayList<>(next(cursor, Duration.ZERO));
            assertThat(told).as("the first step is told at once").isNotEmpty();
            // The last step came behind the first event: one more tells of it.
            told.addAll(next(cursor, Duration.ofSeconds(20)));
            long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();

            assertThat(told).hasSizeBetween(2, (int) seconds + 2);
            assertThat(told)
                    .allSatisfy(
                            event ->
                                    assertThat(event)
                                            .isEqualTo(
                                                    new DeviceEvent.RolloutChanged(
                                                            Optional.of(rollout.id()),
                                                            "progress",
                                                            Optional.empty(),
                                                            Optional.empty())));
        }
    }

    @Test
    void tellsEachStepToWhoeverFollowsTheRolloutOrTheDevice() throws Exception {
        DeviceId device = DeviceId.fresh();
        for (Object followed : List.of(rollout.id(), device)) {
            try (EventCursor cursor = listen(Optional.of(followed))) {
                news.stepped(rollout, device, UpdateState.TRYING, UpdateState.TRYING);
                news.stepped(rollout, device, UpdateState.TRYING, UpdateState.CONFIRMED);
                List<DeviceEvent> told = new ArrayList<>();
                while (told.stream().noneMatch(DeviceEvent.UpdateChanged.class::isInstance)) {
                    told.addAll(next(cursor, Duration.ofSeconds(20)));
                }
                assertThat(told)
                        .filteredOn(DeviceEvent.UpdateChanged.class::isInstance)
                        .containsExactly(
                                new DeviceEvent.UpdateChanged(
                                        device, rollout.id(), UpdateState.CONFIRMED));
            }
        }
    }

    /** Whoever comes back in time has missed nothing; after that nobody pays for it. */
    @Test
    void goesOnForAWhileForWhoeverComesBack() {
        listen(Optional.of(rollout.id())).close();
        long kept = Duration.ofSeconds(Limits.defaults().of(Limit.EVENT_RESUME_SECONDS)).toNanos();

        assertThat(feed.isFollowed(rollout.id())).isTrue();
        nanos.addAndGet(kept - 1);
        assertThat(feed.isFollowed(rollout.id())).isTrue();
        nanos.addAndGet(1);
        assertThat(feed.isFollowed(rollout.id())).isFalse();
        assertThat(feed.isFollowed(RolloutId.fresh())).isFalse();
    }
}
