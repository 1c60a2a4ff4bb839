/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.quota.TestMoments;
import dev.breakwater.testkit.TestClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Places and turns, for one source and for all. */
class ArrivalsTest {

    private static final int CORES = 2;

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));

    @Test
    void keepsPlacesForOthersWhenOneSourceHasItsShare() {
        Arrivals arrivals =
                arrivals(Map.of(Limit.CHANNEL_HALF_OPEN, 5, Limit.CHANNEL_HALF_OPEN_PER_SOURCE, 3));
        List<Arrivals.Place> crowd =
                List.of(place(arrivals, 1), place(arrivals, 1), place(arrivals, 1));

        assertShed(arrivals, 1, Limit.CHANNEL_HALF_OPEN_PER_SOURCE);
        Arrivals.Place calm = place(arrivals, 2);
        assertThat(arrivals.halfOpen()).isEqualTo(4);

        crowd.getFirst().left();
        place(arrivals, 1);
        place(arrivals, 2);
        assertShed(arrivals, 2, Limit.CHANNEL_HALF_OPEN);
        calm.introduced();
        place(arrivals, 2);
    }

    @Test
    void givesTheHalfOpenPlaceBackOnceAndTheConnectionAtItsEnd() {
        Arrivals arrivals = arrivals(Map.of(Limit.CHANNEL_CONNECTIONS, 1));
        Arrivals.Place place = place(arrivals, 1);
        place.introduced();
        place.introduced();
        assertThat(arrivals.halfOpen()).isZero();
        assertThat(arrivals.connections()).isEqualTo(1);
        assertShed(arrivals, 2, Limit.CHANNEL_CONNECTIONS);

        place.left();
        assertThat(arrivals.halfOpen()).isZero();
        assertThat(arrivals.connections()).isZero();
        place(arrivals, 2);
    }

    @Test
    void shedsWhatOneSourceConnectsTooOftenAndForgivesAfterASecond() {
        Arrivals arrivals =
                arrivals(
                        Map.of(
                                Limit.CHANNEL_ACCEPTS_PER_SECOND_PER_SOURCE, 3,
                                Limit.CHANNEL_ACCEPTS_PER_SECOND, 5));
        for (int i = 0; i < 3; i++) {
            place(arrivals, 1);
        }
        // However often they try, it costs the others nothing.
        for (int i = 0; i < 100; i++) {
            assertShed(arrivals, 1, Limit.CHANNEL_ACCEPTS_PER_SECOND_PER_SOURCE);
        }
        place(arrivals, 2);
        place(arrivals, 2);
        assertShed(arrivals, 3, Limit.CHANNEL_ACCEPTS_PER_SECOND);

        clock.advance(Duration.ofSeconds(1));
        place(arrivals, 1);
        place(arrivals, 3);
    }

    @Test
    void makesHandshakesTakeTurnsBeforeItShedsThem() {
        Arrivals arrivals =
                arrivals(
                        Map.of(
                                Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_CORE, 5,
                                Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_SOURCE, 4,
                                Limit.CHANNEL_TURN_SECONDS, 2));
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            delays.add(delay(place(arrivals, 1).turn()));
        }
        assertThat(delays.subList(0, 4)).containsOnly(Duration.ZERO);
        assertThat(delays.subList(4, 12))
                .isEqualTo(
                        List.of(250, 500, 750, 1_000, 1_250, 1_500, 1_750, 2_000).stream()
                                .map(Duration::ofMillis)
                                .toList());
        assertThat(place(arrivals, 1).turn())
                .isEqualTo(new Arrivals.Turn.Shed(Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_SOURCE));
    }

    @Test
    void givesNoSourceMoreThanHalfOfTheHandshakes() {
        Arrivals arrivals =
                arrivals(
                        Map.of(
                                Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_CORE, 4,
                                Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_SOURCE, 1_000,
                                Limit.CHANNEL_TURN_SECONDS, 1));
        int begun = 0;
        while (place(arrivals, 1).turn() instanceof Arrivals.Turn.After) {
            begun++;
        }
        // Half of 8 at once, and half of 8 within the second that they may wait.
        assertThat(begun).isEqualTo(8);
        assertThat(delay(place(arrivals, 2).turn())).isEqualTo(Duration.ZERO);
    }

    @Test
    void countsASlash64OfIpv6AsOneSource() {
        Arrivals arrivals = arrivals(Map.of(Limit.CHANNEL_HALF_OPEN_PER_SOURCE, 1));
        arrivals.arrive(from("2001:db8:0:1::1"));
        assertThat(arrivals.arrive(from("2001:db8:0:1:ffff::2")))
                .isEqualTo(new Arrivals.Arrival.Shed(Limit.CHANNEL_HALF_OPEN_PER_SOURCE));
        assertThat(arrivals.arrive(from("2001:db8:0:2::1")))
                .isInstanceOf(Arrivals.Arrival.Arrived.class);
        assertThat(arrivals.arrive(from("::1"))).isInstanceOf(Arrivals.Arrival.Arrived.class);
        // The same four bytes as an address of IPv4.
        assertThat(arrivals.arrive(from("32.1.13.184")))
                .isInstanceOf(Arrivals.Arrival.Arrived.class);
    }

    @Test
    void forgetsTheLongestUnseenSource() {
        Arrivals arrivals = arrivals(Map.of(Limit.CHANNEL_SOURCES, 16));
        for (int source = 0; source < 1_000; source++) {
            place(arrivals, source);
        }
        assertThat(arrivals.sources()).isEqualTo(16);
        assertThat(arrivals.halfOpen()).isEqualTo(1_000);
    }

    @Test
    void asksForEverybodysTurnWhenTheSourcesHasCome() {
        Arrivals arrivals =
                arrivals(
                        Map.of(
                                Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_CORE, 1,
                                Limit.CHANNEL_TURN_SECONDS, 1));
        assertThat(place(arrivals, 1).turn()).isEqualTo(Arrivals.Turn.NOW);
        assertThat(place(arrivals, 2).turn()).isEqualTo(Arrivals.Turn.NOW);
        Arrivals.Place waiting = place(arrivals, 3);
        assertThat(delay(waiting.turn())).isEqualTo(Duration.ofMillis(500));
        assertThat(delay(place(arrivals, 4).turn())).isEqualTo(Duration.ofSeconds(1));
        assertThat(place(arrivals, 5).turn())
                .isEqualTo(new Arrivals.Turn.Shed(Limit.CHANNEL_HANDSHAKES_PER_SECOND_PER_CORE));
        assertThat(waiting.turn()).isEqualTo(Arrivals.Turn.NOW);
    }

    private Arrivals arrivals(Map<Limit, Integer> changed) {
        return new Arrivals(Limits.with(changed), CORES, TestMoments.of(clock).nanos());
    }

    private static Arrivals.Place place(Arrivals arrivals, int source) {
        return switch (arrivals.arrive(source(source))) {
            case Arrivals.Arrival.Arrived(Arrivals.Place place) -> place;
            case Arrivals.Arrival.Shed(Limit limit) ->
                    throw new AssertionError("shed for " + limit.key());
        };
    }

    private static Duration delay(Arrivals.Turn turn) {
        return switch (turn) {
            case Arrivals.Turn.After(Duration delay) -> delay;
            case Arrivals.Turn.Shed(Limit limit) ->
                    throw new AssertionError("shed for " + limit.key());
        };
    }

    private static void assertShed(Arrivals arrivals, int source, Limit limit) {
        assertThat(arrivals.arrive(source(source))).isEqualTo(new Arrivals.Arrival.Shed(limit));
    }

    private static SocketAddress source(int number) {
        return from("10.0.%d.%d".formatted(number / 256, number % 256));
    }

    private static SocketAddress from(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 40_000);
    }
}
