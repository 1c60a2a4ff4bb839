/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.durability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BacklogTest {

    private final Backlog backlog = new Backlog(100);
    private final List<String> told = new ArrayList<>();

    @Test
    void isHighFromItsMarkUntilHalfOfItIsThrough() {
        backlog.add(99);
        assertThat(backlog.isHigh()).isFalse();
        backlog.add(1);
        assertThat(backlog.isHigh()).isTrue();
        backlog.done(49);
        assertThat(backlog.isHigh()).isTrue();
        backlog.done(1);
        assertThat(backlog.isHigh()).isFalse();
        assertThat(backlog.bytes()).isEqualTo(50);
    }

    @Test
    void tellsAllWhoWaitOnceAndInTheirOrder() {
        backlog.add(100);
        Runnable twice = () -> told.add("a");
        backlog.whenLow(twice);
        backlog.whenLow(() -> told.add("b"));
        backlog.whenLow(twice);
        assertThat(backlog.waiting()).isEqualTo(2);
        assertThat(told).isEmpty();

        backlog.done(50);
        backlog.add(50);
        backlog.done(50);

        assertThat(told).containsExactly("a", "b");
        assertThat(backlog.waiting()).isZero();
    }

    @Test
    void tellsAtOnceWhoeverComesWhenItIsLow() {
        backlog.whenLow(() -> told.add("now"));

        assertThat(told).containsExactly("now");
    }

    @Test
    void forgetsWhoIsGone() {
        backlog.add(100);
        Runnable gone = () -> told.add("gone");
        backlog.whenLow(gone);
        backlog.forget(gone);

        backlog.done(100);

        assertThat(told).isEmpty();
    }

    /** Whoever is told may fill it again before the others are. */
    @Test
    void letsThoseWhoFindItHighAgainWaitAtTheEnd() {
        backlog.add(100);
        backlog.whenLow(
                () -> {
                    told.add("first");
                    backlog.add(100);
                    backlog.whenLow(() -> told.add("first again"));
                });
        backlog.whenLow(() -> told.add("second"));

        backlog.done(50);
        assertThat(told).containsExactly("first", "second");
        backlog.done(100);
        assertThat(told).containsExactly("first", "second", "first again");
    }
}
