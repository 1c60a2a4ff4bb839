/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.event.EventCursor.News;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EventFeedTest {

    private static final Actor KIM = new Actor.Person("kim");
    private static final Actor LEE = new Actor.Person("lee");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final EventFeed feed =
            new EventFeed(
                    Limits.with(
                            Map.of(
                                    Limit.EVENTS_KEPT_PER_ORGANIZATION, 16,
                                    Limit.EVENTS_IN_HAND_PER_STREAM, 10,
                                    Limit.EVENT_STREAMS, 4,
                                    Limit.EVENT_STREAMS_PER_ORGANIZATION, 3,
                                    Limit.EVENT_STREAMS_PER_CALLER, 2,
                                    Limit.EVENT_RESUME_SECONDS, 60)),
                    nanos::get);
    private final OrganizationId reef = OrganizationId.fresh();
    private final DeviceId device = DeviceId.fresh();

    private DeviceEvent event(long version) {
        return new DeviceEvent.StateChanged(device, version, 0);
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            feed.publish(reef, event(i));
        }
    }

    private EventCursor begun(Optional<String> lastId) {
        return ((Listening.Begun) feed.listen(reef, KIM, Optional.empty(), lastId)).cursor();
    }

    private EventCursor begun() {
        return begun(Optional.empty());
    }

    private static List<DeviceEvent> events(EventCursor cursor) throws InterruptedException {
        return ((News.Events) cursor.await(Duration.ZERO)).events();
    }

    @Test
    void keepsNothingWhileNobodyListens() throws Exception {
        publish(3);
        EventCursor cursor = begun();

        assertThat(cursor.isResumed()).isTrue();
        assertThat(cursor.id()).endsWith("-0");
        assertThat(cursor.await(Duration.ZERO)).isEqualTo(new News.Nothing());
    }

    @Test
    void handsOutInOrderAndNoMoreAtATimeThanTheLimitSays() throws Exception {
        EventCursor cursor = begun();
        publish(12);

        News.Events first = (News.Events) cursor.await(Duration.ZERO);
        assertThat(first.first()).isOne();
        assertThat(first.events()).hasSize(10).first().isEqualTo(event(0));
        assertThat(cursor.id()).endsWith("-10");
        assertThat(events(cursor)).containsExactly(event(10), event(11));
        assertThat(cursor.await(Duration.ZERO)).isEqualTo(new News.Nothing());
    }

    @Test
    void wakesWhoeverWaits() throws Exception {
        EventCursor cursor = begun();
        CompletableFuture<News> news = new CompletableFuture<>();
        Thread waiting =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        news.complete(cursor.await(Duration.ofSeconds(20)));
                                    } catch (InterruptedException interrupted) {
                                        news.completeExceptionally(interrupted);
                                    }
                                });
        feed.publish(reef, event(7));

        assertThat(news.get(10, TimeUnit.SECONDS)).isEqualTo(new News.Events(1, List.of(event(7))));
        waiting.join();
    }

    @Test
    void hasARingForEachOrganization() throws Exception {
        EventCursor cursor = begun();
        feed.publish(OrganizationId.fresh(), event(1));

        assertThat(cursor.await(Duration.ZERO)).isEqualTo(new News.Nothing());
    }

    @Test
    void tellsWhoeverIsTooSlow() throws Exception {
        EventCursor cursor = begun();
        publish(16);
        assertThat(events(cursor)).hasSize(10);
        publish(11);

        assertThat(cursor.await(Duration.ZERO)).isEqualTo(new News.Missed());
        assertThat(cursor.id()).endsWith("-27");
        publish(1);
        assertThat(events(cursor)).containsExactly(event(0));
    }

    @Test
    void goesOnWhereTheListenerStoodWhileTheRingReaches() throws Exception {
        EventCursor cursor = begun();
        publish(1);
        assertThat(events(cursor)).hasSize(1);
        Optional<String> place = Optional.of(cursor.id());
        cursor.close();
        publish(16);

        EventCursor again = begun(place);
        assertThat(again.isResumed()).isTrue();
        assertThat(events(again)).hasSize(10);
        again.close();
        publish(1);

        EventCursor late = begun(place);
        assertThat(late.isResumed()).isFalse();
        assertThat(late.id()).endsWith("-18");
        assertThat(late.await(Duration.ZERO)).isEqualTo(new News.Nothing());
    }

    @Test
    void doesNotGoOnAtAPlaceOfAnotherEpochOrOneThatIsYetToCome() {
        EventCursor cursor = begun();
        String epoch = cursor.id().substring(0, cursor.id().indexOf('-'));
        cursor.close();

        assertThat(begun(Optional.of("0123456789abcdef-0")).isResumed()).isFalse();
        assertThat(begun(Optional.of(epoch + "-1")).isResumed()).isFalse();
    }

    @Test
    void keepsARingForAWhileAndThenGivesItUp() {
        EventCursor cursor = begun();
        publish(1);
        Optional<String> place = Optional.of(cursor.id());
        cursor.close();
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        publish(1);
        EventCursor inTime = begun(place);
        assertThat(inTime.isResumed()).isTrue();
        inTime.close();
        nanos.addAndGet(Duration.ofSeconds(60).toNanos());
        publish(1);

        EventCursor late = begun(place);
        assertThat(late.isResumed()).isFalse();
        assertThat(late.id()).endsWith("-0");
    }

    @Test
    void refusesListenersBeyondEachLimitAndTakesThemOnceThereIsAPlace() {
        EventCursor first = begun();
        EventCursor second = begun();
        assertThat(feed.listen(reef, KIM, Optional.empty(), Optional.empty()))
                .isEqualTo(new Listening.TooMany(Limit.EVENT_STREAMS_PER_CALLER, 2));
        assertThat(feed.listen(reef, LEE, Optional.empty(), Optional.empty()))
                .isInstanceOf(Listening.Begun.class);
        assertThat(feed.listen(reef, LEE, Optional.empty(), Optional.empty()))
                .isEqualTo(new Listening.TooMany(Limit.EVENT_STREAMS_PER_ORGANIZATION, 3));
        OrganizationId other = OrganizationId.fresh();
        assertThat(feed.listen(other, LEE, Optional.empty(), Optional.empty()))
                .isInstanceOf(Listening.Begun.class);
        assertThat(feed.listen(other, new Actor.Person("pat"), Optional.empty(), Optional.empty()))
                .isEqualTo(new Listening.TooMany(Limit.EVENT_STREAMS, 4));

        first.close();
        first.close();
        assertThat(feed.listeners()).isEqualTo(3);
        assertThat(feed.listen(reef, KIM, Optional.empty(), Optional.empty()))
                .isInstanceOf(Listening.Begun.class);
        assertThat(second.id()).endsWith("-0");
    }

    @Test
    void wakesListenersToJudgeThemAnewAndThoseOfOneOrganizationOnly() throws Exception {
        EventCursor cursor = begun();
        assertThat(cursor.takeDoubt()).isFalse();
        feed.doubt(OrganizationId.fresh());
        assertThat(cursor.takeDoubt()).isFalse();
        feed.doubt(reef);

        assertThat(cursor.await(Duration.ofMinutes(1))).isEqualTo(new News.Nothing());
        assertThat(cursor.takeDoubt()).isTrue();
        assertThat(cursor.takeDoubt()).isFalse();
    }

    @Test
    void tellsWhoeverListensThatItIsOver() throws Exception {
        EventCursor closed = begun();
        EventCursor cursor = begun();
        closed.close();
        feed.stop();

        assertThat(closed.await(Duration.ofMinutes(1))).isEqualTo(new News.Closed());
        assertThat(cursor.await(Duration.ofMinutes(1))).isEqualTo(new News.Over());
        assertThat(feed.listen(reef, LEE, Optional.empty(), Optional.empty()))
                .isInstanceOf(Listening.TooMany.class);
    }
}
