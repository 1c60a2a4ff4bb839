/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.delivery.DownloadPlaces.Place;
import dev.breakwater.server.delivery.DownloadPlaces.Wish;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class DownloadPlacesTest {

    private final AtomicLong now = new AtomicLong();
    private double chance;
    private final AtomicInteger ended = new AtomicInteger();
    private final DownloadPlaces places =
            new DownloadPlaces(
                    Limits.with(
                            Map.of(
                                    Limit.DOWNLOADS, 4,
                                    Limit.DOWNLOADS_PER_SOURCE, 3,
                                    Limit.DOWNLOADS_PER_DEVICE, 2,
                                    Limit.DOWNLOAD_RETRY_LEAST_SECONDS, 10,
                                    Limit.DOWNLOAD_RETRY_MOST_SECONDS, 100)),
                    DownloadPlaces.Most.OF_DEVICES,
                    now::get,
                    () -> chance);

    @Test
    void admitsAsManyAsThereArePlacesAndAgainWhenOneIsFree() {
        List<Place> taken = fill();

        assertThat(ask("192.0.2.9")).isInstanceOf(Wish.Later.class);
        taken.getFirst().close();
        taken.getFirst().close();

        assertThat(ask("192.0.2.9")).isInstanceOf(Wish.Admitted.class);
        assertThat(ask("192.0.2.9")).isInstanceOf(Wish.Later.class);
    }

    @Test
    void leavesPlacesForOtherSources() {
        for (int i = 0; i < 3; i++) {
            assertThat(ask("192.0.2.1")).isInstanceOf(Wish.Admitted.class);
        }

        assertThat(ask("192.0.2.1"))
                .isEqualTo(new Wish.Later(Duration.ofSeconds(10), Limit.DOWNLOADS_PER_SOURCE));
        assertThat(ask("192.0.2.2")).isInstanceOf(Wish.Admitted.class);
    }

    @Test
    void endsTheOldestDownloadOfADeviceThatComesOnceMore() {
        DeviceId device = DeviceId.fresh();
        AtomicInteger oldest = new AtomicInteger();
        places.ask(device, source(1), oldest::incrementAndGet);
        places.ask(device, source(1), ended::incrementAndGet);
        assertThat(oldest).hasValue(0);

        assertThat(places.ask(device, source(1), ended::incrementAndGet))
                .isInstanceOf(Wish.Admitted.class);

        assertThat(oldest).hasValue(1);
        assertThat(ended).hasValue(0);
    }

    @Test
    void sendsTheNextOnesAwayForLongerTheMoreOfThemWaitAndNeverTooLong() {
        fill();
        List<Duration> waits = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            waits.add(later());
        }

        assertThat(waits).isSorted();
        assertThat(waits.getFirst()).isEqualTo(Duration.ofSeconds(10));
        assertThat(waits.get(4)).isEqualTo(Duration.ofSeconds(20));
        assertThat(waits.getLast()).isEqualTo(Duration.ofSeconds(50));
    }

    @Test
    void forgetsThoseWhoHaveHadTheirTurnToReturn() {
        fill();
        for (int i = 0; i < 12; i++) {
            later();
        }
        Duration longest = later();

        now.addAndGet(Duration.ofSeconds(200).toNanos());

        assertThat(later()).isLessThan(longest).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void spreadsThoseWhoReturn() {
        fill();
        chance = 0.99;

        assertThat(later()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void waitsForAsLongAsDownloadsHaveTaken() {
        for (int i = 0; i < 100; i++) {
            Wish.Admitted admitted = (Wish.Admitted) ask("192.0.2.1");
            now.addAndGet(Duration.ofSeconds(40).toNanos());
            admitted.place().close();
        }
        fill();

        assertThat(later()).isBetween(Duration.ofSeconds(38), Duration.ofSeconds(41));
    }

    @Test
    void givesEachDownloadABufferOfItsOwnAndUsesItAgain() {
        List<Place> taken = fill();
        assertThat(taken.stream().map(place -> System.identityHashCode(place.buffer())))
                .doesNotHaveDuplicates();
        var buffer = taken.get(2).buffer();
        taken.get(2).close();

        Wish.Admitted next = (Wish.Admitted) ask("192.0.2.9");

        assertThat(next.place().buffer()).isSameAs(buffer);
        assertThat(buffer.isDirect()).isTrue();
    }

    private List<Place> fill() {
        List<Place> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            taken.add(((Wish.Admitted) ask("192.0.2." + i)).place());
        }
        return taken;
    }

    private Duration later() {
        return ((Wish.Later) ask("192.0.2.99")).after();
    }

    private Wish ask(String source) {
        return places.ask(DeviceId.fresh(), SourceNetwork.of(source), ended::incrementAndGet);
    }

    private static SourceNetwork source(int last) {
        return SourceNetwork.of("192.0.2." + last);
    }
}
