/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.Budgets.Spending;
import dev.breakwater.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BudgetsTest {

    private final TestClock clock = TestClock.at(Instant.parse("2027-01-10T08:00:00Z"));
    private final Budgets<String> budgets = new Budgets<>(10, 1_000, clock);

    @Test
    void letsAKeySpendItsBudgetAndRefillsItWithTime() {
        assertThat(budgets.take("192.0.2.1", 7)).isEqualTo(new Spending.Paid(3));
        assertThat(budgets.take("192.0.2.1", 4))
                .isEqualTo(new Spending.Lacking(3, Duration.ofMillis(100)));
        clock.advance(Duration.ofMillis(100));
        assertThat(budgets.take("192.0.2.1", 4)).isInstanceOf(Spending.Paid.class);
        assertThat(budgets.take("192.0.2.1", 1)).isInstanceOf(Spending.Lacking.class);
    }

    @Test
    void countsEachKeyForItself() {
        assertThat(budgets.take("192.0.2.1", 10)).isInstanceOf(Spending.Paid.class);
        assertThat(budgets.take("192.0.2.2", 10)).isInstanceOf(Spending.Paid.class);
    }

    @Test
    void letsAnOperationDearerThanTheBudgetPassOnAFullOne() {
        assertThat(budgets.take("192.0.2.1", 50)).isInstanceOf(Spending.Paid.class);
        assertThat(budgets.take("192.0.2.1", 1)).isInstanceOf(Spending.Lacking.class);
    }

    @Test
    void survivesAClockThatIsSetBack() {
        assertThat(budgets.take("192.0.2.1", 10)).isInstanceOf(Spending.Paid.class);
        clock.set(Instant.parse("2027-01-09T08:00:00Z"));
        assertThat(budgets.take("192.0.2.1", 1)).isInstanceOf(Spending.Lacking.class);
        clock.advance(Duration.ofSeconds(1));
        assertThat(budgets.take("192.0.2.1", 10)).isInstanceOf(Spending.Paid.class);
    }

    /** More keys than the table holds share what is left; those who were there keep theirs. */
    @Test
    void boundsTheTable() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(budgets.take("10.0." + (i >> 8) + "." + (i & 255), 1))
                    .isInstanceOf(Spending.Paid.class);
        }
        assertThat(budgets.take("192.0.2.1", 10)).isInstanceOf(Spending.Paid.class);
        assertThat(budgets.take("192.0.2.2", 1)).isInstanceOf(Spending.Lacking.class);
        assertThat(budgets.take("10.0.2.7", 9)).isInstanceOf(Spending.Paid.class);
        clock.advance(Duration.ofSeconds(1));
        assertThat(budgets.take("192.0.2.2", 10)).isInstanceOf(Spending.Paid.class);
    }
}
