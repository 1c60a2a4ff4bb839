/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.testkit.TestClock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlowsTest {

    private static final Flows.Purpose LOG_IN = new Flows.Purpose.LogIn(Optional.empty());

    private final TestClock clock = TestClock.atPresent();
    private final Flows flows = new Flows(Limits.with(Map.of(Limit.OIDC_LOG_INS_OPEN, 16)), clock);

    @Test
    void givesAFlowOnce() {
        Flows.Begun begun = flows.begin(LOG_IN);
        assertThat(flows.take(begun.flow().state())).contains(begun.flow());
        assertThat(flows.take(begun.flow().state())).isEmpty();
        assertThat(flows.take("another")).isEmpty();
    }

    @Test
    void knowsTheBrowserThatBegan() {
        Flows.Begun begun = flows.begin(LOG_IN);
        Flows.Begun other = flows.begin(LOG_IN);
        assertThat(begun.flow().isOf(begun.browserSecret())).isTrue();
        assertThat(begun.flow().isOf(other.browserSecret())).isFalse();
    }

    @Test
    void forgetsAFlowAfterTenMinutes() {
        Flows.Begun first = flows.begin(LOG_IN);
        Flows.Begun second = flows.begin(LOG_IN);
        clock.advance(Duration.ofMinutes(10).minusMillis(1));
        assertThat(flows.take(first.flow().state())).isPresent();
        clock.advance(Duration.ofMillis(1));
        assertThat(flows.take(second.flow().state())).isEmpty();
    }

    @Test
    void keepsSoManyAndNoMore() {
        Flows.Begun oldest = flows.begin(LOG_IN);
        Flows.Begun next = flows.begin(LOG_IN);
        for (int i = 0; i < 15; i++) {
            Flows.Begun _ = flows.begin(LOG_IN);
        }
        assertThat(flows.take(oldest.flow().state())).isEmpty();
        assertThat(flows.take(next.flow().state())).isPresent();
    }

    @Test
    void printsNoSecret() {
        Flows.Begun begun = flows.begin(LOG_IN);
        assertThat(begun.toString())
                .doesNotContain(begun.browserSecret())
                .doesNotContain(begun.flow().state())
                .doesNotContain(begun.flow().verifier());
    }
}
